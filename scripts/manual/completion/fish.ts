import { withAllBelow, wordOf, type CommandText, type OptionText } from '../commands.js';
import { candidatesOf, LISTS, MADE_BY, optionsOf, type Candidates, type Kind } from './values.js';

/** For fish 3 or later. */
export function fishCompletion(agent: CommandText): string {
  const commands = withAllBelow(agent);
  const [, ...named] = commands;
  return `# Completion of check_rlimit_passive for fish.
${MADE_BY}

# Whether the words before are of this command.
function __check_rlimit_passive_is
    set -l command
    set -l is_value no
    for word in (commandline -opc)[2..-1]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case ${withValues(commands).join(' ')}
                set is_value yes
            case '-*'
            case '*'
                if contains -- "$command $word" ${named.map(({ name }) => quotedForFish(` ${name}`)).join(' ')}
                    set command "$command $word"
                end
        end
    end
    test "$command" = "$argv[1]"
end

complete -c check_rlimit_passive -f
${commands.flatMap(completionsOf).join('\n')}
`;
}

function completionsOf(command: CommandText): string[] {
  const name = command.name === '' ? '' : ` ${command.name}`;
  const start = `complete -c check_rlimit_passive -n ${quotedForFish(`__check_rlimit_passive_is "${name}"`)}`;
  return [
    ...command.commands.map((each) => `${start} -a ${wordOf(each)} -d ${quotedForFish(each.about)}`),
    ...command.parameters.map((value) => `${start} ${among(candidatesOf(value))}`),
    ...optionsOf(command).map((option) => `${start} ${optionOf(option)}`),
  ];
}

function optionOf({ names, value, about }: OptionText): string {
  const written = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const text = about === '' ? [] : ['-d', quotedForFish(about)];
  return [...written, ...(value ? ['-r', among(candidatesOf(value))] : []), ...text].join(' ');
}

/** A command of fish's. */
function listOf(kind: Exclude<Kind, 'file' | 'nothing'>): string {
  if (kind === 'pid') return '__fish_complete_pids';
  if (kind === 'user') return '__fish_complete_users';
  return `sh -c ${quotedForFish(LISTS[kind])}`;
}

function among(candidates: Candidates): string {
  if (candidates === 'file') return '-F';
  if (candidates === 'nothing') return '-f';
  const words = typeof candidates === 'string' ? `(${listOf(candidates)})` : candidates.join(' ');
  return `-f -a ${quotedForFish(words)}`;
}

/** All options with a value; none has one after one command only. */
function withValues(commands: readonly CommandText[]): string[] {
  const options = commands.flatMap(optionsOf);
  const names = (hasValue: boolean) =>
    new Set(options.filter(({ value }) => (value !== undefined) === hasValue).flatMap((each) => each.names));
  const [valued, flags] = [names(true), names(false)];
  const both = [...valued].filter((name) => flags.has(name));
  if (both.length > 0) throw new Error(`${both.join()} is a flag of one command, and has a value of another`);
  return [...valued];
}

const quotedForFish = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
