import type { Command, Help, Option } from 'commander';
import { commandLine, EXAMPLES } from '../../plugins/command-line.js';

/** What somebody writes after an option or a command. */
export interface Value {
  /** As it stands in --help: `file`, `pid`. It says what can be written there. */
  readonly name: string;
  /** All that can be written, if these are few. */
  readonly choices: readonly string[] | undefined;
}

export interface OptionText {
  /** `-t`, `--timeout`, as they may be written. */
  readonly names: readonly string[];
  readonly value: Value | undefined;
  /** Of one that --help does not list by itself it is empty: its text is that of a key of the file. */
  readonly about: string;
  /** The same, with what may be chosen and what holds without it. */
  readonly inFull: string;
}

/** A command, as --help has it. */
export interface CommandText {
  /** Without that of the program: `config check`; of the agent itself, nothing. */
  readonly name: string;
  readonly about: string;
  readonly usage: string;
  readonly options: readonly OptionText[];
  /** The options of the agent that select processes, which --help lists in short. */
  readonly further: readonly OptionText[];
  readonly parameters: readonly Value[];
  readonly commands: readonly CommandText[];
  /** Whole lines. */
  readonly examples: readonly string[];
}

/** The agent with all commands, as the command line has them. */
export function commandTexts(version: string): CommandText {
  return textsOf(commandLine(version), '');
}

/** As it is written after the command above it. */
export const wordOf = ({ name }: CommandText): string => name.split(' ').at(-1) ?? '';

/** A command and those below it, each before its own. */
export function withAllBelow(command: CommandText): CommandText[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}

function textsOf(command: Command, name: string): CommandText {
  const help = command.createHelp();
  const examples = EXAMPLES[command.name()] ?? [];
  return {
    name,
    about: command.description(),
    usage: help.commandUsage(command),
    options: help.visibleOptions(command).map((option) => optionText(option, help)),
    // Among them is the long form of -c, which --help shows beside it.
    further: command.options
      .filter(({ hidden, long }) => hidden && long !== '--config')
      .map((option) => optionText(option, help)),
    parameters: command.registeredArguments.map((each) => ({ name: each.name(), choices: each.argChoices })),
    commands: command.commands.map((each) => textsOf(each, `${name} ${each.name()}`.trim())),
    examples: examples.map((line) => `check_rlimit_passive ${line}`),
  };
}

function optionText(option: Option, help: Help): OptionText {
  const term = help.optionTerm(option);
  const [, value] = /<(.*)>/.exec(term) ?? [];
  return {
    names: term.match(/(?<=^|, )--?[\w-]+/g) ?? [],
    value: value === undefined ? undefined : { name: value, choices: option.argChoices },
    about: option.description,
    inFull: help.optionDescription(option),
  };
}
