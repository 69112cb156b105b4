import { wordOf, type CommandText, type OptionText } from '../commands.js';
import { candidatesOf, LISTS, MADE_BY, optionsOf, quoted, type Candidates } from './values.js';

/** For zsh's own completion system (zshcompsys(1)). */
export function zshCompletion(agent: CommandText): string {
  return `#compdef check_rlimit_passive
# Completion of check_rlimit_passive for zsh.
${MADE_BY}

${Object.entries(LISTS)
  .map(
    ([kind, list]) => `_check_rlimit_passive_${kind}s() {
  local -a found=(\${(f)"$(sh -c ${quoted(list)})"})
  compadd -a found
}`,
  )
  .join('\n\n')}

_check_rlimit_passive() {
  local curcontext=$curcontext state line
  typeset -A opt_args
${argumentsOf(agent, '  ')}
}

_check_rlimit_passive "$@"
`;
}

function argumentsOf(command: CommandText, indent: string): string {
  const { commands, parameters } = command;
  const specs = [
    ...optionsOf(command).flatMap(optionSpecs),
    ...(commands.length > 0
      ? [quoted('1:command:->command'), quoted('*:: :->rest')]
      : parameters.map((value, index) =>
          quoted(`${index + 1}:${value.name}:${actionOf(candidatesOf(value))}`),
        )),
  ];
  const call = `${indent}_arguments -C -s ${specs.join(` \\\n${indent}  `)}`;
  if (commands.length === 0) return call;
  const described = commands.map((each) => quoted(`${wordOf(each)}:${each.about}`));
  return `${call}
${indent}case $state in
${indent}  command)
${indent}    local -a commands=(
${described.map((each) => `${indent}      ${each}`).join('\n')}
${indent}    )
${indent}    _describe command commands
${indent}    ;;
${indent}  rest)
${indent}    case $line[1] in
${commands
  .map(
    (each) =>
      `${indent}      ${wordOf(each)})\n${argumentsOf(each, `${indent}        `)}\n${indent}        ;;`,
  )
  .join('\n')}
${indent}    esac
${indent}    ;;
${indent}esac`;
}

/** One for each name; whichever is written, the others are not offered any more. */
function optionSpecs({ names, value, about }: OptionText): string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : '';
  const text = about === '' ? '' : `[${about.replace(/[[\]\\]/g, '\\$&')}]`;
  return names.map((name) => {
    if (value === undefined) return quoted(`${others}${name}${text}`);
    const form = name.startsWith('--') ? `${name}=` : `${name}+`;
    return quoted(`${others}${form}${text}:${value.name}:${actionOf(candidatesOf(value))}`);
  });
}

const ACTIONS = {
  file: '_files',
  pid: '_pids',
  command: '_check_rlimit_passive_commands',
  unit: '_check_rlimit_passive_units',
  cgroup: '_check_rlimit_passive_cgroups',
  user: '_users',
  nothing: ' ',
} as const;

const actionOf = (candidates: Candidates) =>
  typeof candidates === 'string' ? ACTIONS[candidates] : `(${candidates.join(' ')})`;
