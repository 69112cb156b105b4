import { withAllBelow, wordOf, type CommandText } from '../commands.js';
import { candidatesOf, LISTS, MADE_BY, optionsOf, quoted, type Candidates } from './values.js';

/** For bash 4 or later, with or without the functions of Debian's bash-completion. */
export function bashCompletion(agent: CommandText): string {
  const commands = withAllBelow(agent);
  return `# Completion of check_rlimit_passive for bash.
${MADE_BY}

_check_rlimit_passive() {
  # The words before tell which command it is, how many parameters it has, and whether an option waits for its value.
  # What follows an = is a word of its own, as it is itself.
  local current=\${COMP_WORDS[COMP_CWORD]} command= expected= word index
  local IFS=$' \\t\\n'
  local -i parameters=0
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == = ]]; then
      continue
    elif [[ $expected ]]; then
      expected=
      continue
    fi
    case "$command $word" in
${clauses(valuesOf(commands))}
${commands
  .flatMap(({ name, commands: below }) =>
    below.map((each) => `      ${quoted(`${name} ${wordOf(each)}`)}) command=${quoted(each.name)} ;;`),
  )
  .join('\n')}
      *' -'*) ;;
      *) parameters+=1 ;;
    esac
  done
  [[ $current != = ]] || current=

  if [[ ! $expected && $current != -* ]]; then
    case "$command $parameters" in
${clauses(parametersOf(commands))}
    esac
  fi
  if [[ ! $expected ]]; then
    case $command in
${commands
  .map((command) => `      ${quoted(command.name)}) expected=${quoted(namesOf(command).join(' '))} ;;`)
  .join('\n')}
    esac
  fi

  local -a candidates=()
  case $expected in
    # As readline does it by itself, with all that a path may have in it.
    @file) compopt -o default ;;
    @pid) candidates=(/proc/[0-9]*) && candidates=("\${candidates[@]#/proc/}") ;;
    @user) mapfile -t candidates < <(compgen -u) ;;
${Object.entries(LISTS)
  .map(([kind, list]) => `    @${kind}) mapfile -t candidates < <(sh -c ${quoted(list)}) ;;`)
  .join('\n')}
    @nothing) ;;
    *) read -ra candidates <<<"$expected" ;;
  esac
  COMPREPLY=()
  # By hand: compgen -W would run what the name of a process may have in it.
  for word in "\${candidates[@]}"; do
    [[ $word != "$current"* ]] || COMPREPLY+=("$(printf %q "$word")")
  done
}

complete -F _check_rlimit_passive check_rlimit_passive
`;
}

/** A pattern of a case, and what is expected then. */
type Clause = readonly [pattern: string, expected: string];

/** The same expectation is one clause. */
function clauses(all: readonly Clause[]): string {
  const patterns = new Map<string, string[]>();
  for (const [pattern, expected] of all)
    patterns.set(expected, [...(patterns.get(expected) ?? []), quoted(pattern)]);
  return [...patterns]
    .map(([expected, each]) => `      ${each.join(' | ')}) expected=${quoted(expected)} ;;`)
    .join('\n');
}

const valuesOf = (commands: readonly CommandText[]): Clause[] =>
  commands.flatMap((command) =>
    optionsOf(command).flatMap(({ names, value }) =>
      value === undefined
        ? []
        : names.map((name): Clause => [`${command.name} ${name}`, written(candidatesOf(value))]),
    ),
  );

const parametersOf = (commands: readonly CommandText[]): Clause[] =>
  commands.flatMap(({ name, parameters, commands: below }) => {
    const first: Candidates[] = below.length > 0 ? [below.map(wordOf)] : parameters.map(candidatesOf);
    return first.map((each, index): Clause => [`${name} ${index}`, written(each)]);
  });

const written = (candidates: Candidates) =>
  typeof candidates === 'string' ? `@${candidates}` : candidates.join(' ');

const namesOf = (command: CommandText) => optionsOf(command).flatMap(({ names }) => names);
