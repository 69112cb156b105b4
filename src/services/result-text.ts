import type { Reading } from 'rlimit-events';
import { formatQuantity, RESOURCES, type Resource } from '../resources/index.js';
import { clip, lengthOf, pluginText } from '../text/index.js';
import type { NamedProcess } from './process.js';
import { resources } from './resource.js';
import type { State } from './state.js';

/** What a first line with figures says. */
export interface Figures {
  readonly state: State;
  readonly resource: Resource;
  /** The worst process, and what it has. */
  readonly process: NamedProcess;
  readonly reading: Reading;
  /** The highest since the last result, and whose it was. */
  readonly peak?: { readonly process: NamedProcess; readonly reading: Reading } | undefined;
  /** How many other processes are not OK. */
  readonly beyond?: number;
  /** The figures are better than the state by now. */
  readonly held?: boolean;
}

/**
 * The first line of a service that has processes, such as
 * `FDS CRITICAL - broker[4711] has 81 of 100 open files (81%), 2 others beyond`.
 */
export function figuresLine(figures: Figures): string {
  const { state, resource, process, reading, beyond = 0, held = false } = figures;
  const has = ` ${usage(resource, reading)}`;
  const hold = held ? HELD : '';
  const others = beyond === 0 ? '' : `, ${beyond} ${beyond === 1 ? 'other' : 'others'} beyond`;
  const tails = [has + peakText(figures) + hold + others, has + hold + others, has + hold];
  return line(resource, state, process, tails);
}

/** Of a service without processes. */
interface Absence {
  /** The last that it had, if that has ended. */
  readonly ended?: NamedProcess | undefined;
  /** Why it is not known whether there are any. */
  readonly doubt?: string | undefined;
}

/** The first line of a service without processes. */
export function absentLine(
  absent: Absence & { readonly state: State; readonly resource: Resource; readonly held?: boolean },
): string {
  const { state, resource, ended, doubt, held = false } = absent;
  const hold = held ? HELD : '';
  if (ended && doubt === undefined) return line(resource, state, ended, [`${HAS_ENDED}${hold}`]);
  return clip(`${head(resource, state)}${absenceOf(absent)}${hold}`, LONGEST_TEXT);
}

/** Why a service has no process, as its first line has it, however long. */
export function absenceOf({ ended, doubt }: Absence): string {
  if (doubt !== undefined) return pluginText(doubt);
  return ended ? `${nameText(ended.name)}[${ended.pid}]${HAS_ENDED}` : NOBODY;
}

const NOBODY = 'no process matches';
const HAS_ENDED = ` has ended, ${NOBODY}`;

/** A line of the long output about a process that the first line does not name. */
export function processLine(
  resource: Resource,
  state: State,
  { pid, name }: NamedProcess,
  reading: Reading,
): string {
  return `${state} - ${nameText(name)}[${pid}] ${usage(resource, reading)}`;
}

/** Characters of a first line: the guidelines allow 80, and a space goes between the text and the bar. */
export const LONGEST_TEXT = 79;
/** What a name keeps for as long as something else can give way. */
const SHORTEST_NAME = 8;
const HELD = ', held';

/** The name gives way first; then the tail, of which each is shorter than the one before; then the name again. */
function line(
  resource: Resource,
  state: State,
  { pid, name }: NamedProcess,
  tails: readonly string[],
): string {
  const start = head(resource, state);
  const called = nameText(name);
  const rests = tails.map((tail) => `[${pid}]${tail}`);
  const roomBeside = (rest: string) => LONGEST_TEXT - lengthOf(start) - lengthOf(rest);
  const least = Math.min(SHORTEST_NAME, lengthOf(called));
  const rest = rests.find((each) => roomBeside(each) >= least) ?? rests.at(-1) ?? '';
  return clip(start + clip(called, roomBeside(rest)) + rest, LONGEST_TEXT);
}

function head(resource: Resource, state: State): string {
  return `${resources[resource].label.toUpperCase()} ${state} - `;
}

function nameText(name: string): string {
  return pluginText(name) || 'process';
}

function peakText({ resource, process, reading, peak }: Figures): string {
  if (!peak || peak.reading.value <= reading.value) return '';
  const { pid, name } = peak.process;
  return `, peak ${formatQuantity(peak.reading.value, RESOURCES[resource].unit)}${pid === process.pid ? '' : ` of ${nameText(name)}[${pid}]`}`;
}

function usage(resource: Resource, { value, limit }: Reading): string {
  const { verb, noun } = resources[resource];
  const { unit } = RESOURCES[resource];
  const uses = `${verb} ${formatQuantity(value, unit)} of ${formatQuantity(limit, unit)}`;
  if (limit === Infinity) return `${uses} ${noun}`;
  // 81 of 100 open files, but 812 MiB of 1.0 GiB of address space.
  return `${uses} ${unit === 'count' ? '' : 'of '}${noun}${limit === 0 ? '' : ` (${percentOf(value, limit)}%)`}`;
}

/** Rounded, but 100% is said only once the limit is reached. */
function percentOf(value: number, limit: number): number {
  const percent = Math.round((value / limit) * 100);
  return value < limit ? Math.min(percent, 99) : percent;
}
