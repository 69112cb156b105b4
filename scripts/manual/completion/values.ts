import { introductions } from '../../../src/destinations/index.js';
import { ENCRYPTIONS } from 'nsca-client';
import { RESOURCES } from '../../../src/resources/index.js';
import type { CommandText, OptionText, Value } from '../commands.js';

/** What a shell has to look for on the machine. */
export type Kind = 'file' | 'pid' | 'command' | 'unit' | 'cgroup' | 'user' | 'nothing';

/** What can be written somewhere: one of these words, or what is there of a kind. */
export type Candidates = readonly string[] | Kind;

/** By the name that --help has for a value. */
const BY_NAME: Readonly<Record<string, Candidates>> = {
  resource: Object.keys(RESOURCES),
  method: ENCRYPTIONS.map(({ name }) => name),
  type: introductions().map(({ type }) => type),
  file: 'file',
  pid: 'pid',
  command: 'command',
  unit: 'unit',
  cgroup: 'cgroup',
  user: 'user',
  // What only who writes it knows.
  address: 'nothing',
  count: 'nothing',
  'key=value': 'nothing',
  level: 'nothing',
  name: 'nothing',
  port: 'nothing',
  range: 'nothing',
  seconds: 'nothing',
  server: 'nothing',
};

export function candidatesOf({ name, choices }: Value): Candidates {
  const candidates = choices ?? BY_NAME[name];
  if (candidates === undefined)
    throw new Error(`scripts/manual/completion/values.ts does not know what can be written for <${name}>`);
  return candidates;
}

/** All options that may be written after a command, those that --help has only in short as well. */
export const optionsOf = ({ options, further }: CommandText): readonly OptionText[] => [
  ...options,
  ...further,
];

/** What prints those that are there, a line for each: for sh, which every shell can start. */
export const LISTS = {
  command: 'cat /proc/[0-9]*/comm 2>/dev/null | sort -u',
  /** Of the kinds that have processes. */
  unit: "systemctl list-units --type=service,scope,slice,socket,mount,swap --plain --full --no-legend --no-pager 2>/dev/null | sed 's/ .*//'",
  cgroup:
    'cd "$(findmnt -nfo TARGET -t cgroup2)" 2>/dev/null && find . -mindepth 1 -type d -printf "/%P\\n" 2>/dev/null',
} as const satisfies Readonly<Partial<Record<Kind, string>>>;

/** A text that no shell looks into. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export const MADE_BY = '# Made by the build (scripts/manual/completion/), of what --help is made of.';
