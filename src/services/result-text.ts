import type { Reading } from '../rlimit-events/index.js';
import { perfdata } from './perfdata.js';
import type { Resource } from '../rlimit-events/index.js';
import { resources } from './resource.js';
import type { State } from './state.js';
import { clip, oneLine } from './text.js';
import type { Thresholds } from './thresholds.js';

/** The process that a result is about, as its text names it. */
export interface NamedProcess {
  readonly pid: number;
  /** Empty when it is not known. */
  readonly name: string;
}

/**
 * The plugin output of a reading, such as
 * `FDS WARNING - broker[4711] has 51 of 1024 open files (5%) |fds=51;50;819;0;1024`.
 */
export function resultText(result: {
  readonly state: State;
  readonly resource: Resource;
  readonly process: NamedProcess;
  readonly reading: Reading;
  readonly thresholds: Thresholds;
}): string {
  const { state, resource, process, reading, thresholds } = result;
  const line = firstLine(resource, state, '', process, ` has ${usage(resource, reading)}`);
  return `${line} |${perfdata(resource, thresholds, reading)}`;
}

/** The output of a service whose process has ended. Its state is UNKNOWN. */
export function endedText(resource: Resource, process: NamedProcess): string {
  return firstLine(resource, 'UNKNOWN', '', process, ' has ended');
}

/** The output of a service of which events were lost, so that its state is UNKNOWN until it is read anew. */
export function lostText(resource: Resource, process: NamedProcess, count: number): string {
  return firstLine(resource, 'UNKNOWN', `${count} events of `, process, ' lost');
}

/** The output of a service whose process cannot be watched. Its state is UNKNOWN; `reason` may be any text. */
export function cannotWatchText(resource: Resource, process: NamedProcess, reason: string): string {
  return firstLine(resource, 'UNKNOWN', 'cannot watch ', process, `: ${oneLine(reason)}`);
}

/** The guidelines allow 80 characters, and a space goes between the text and the bar. */
const longest = 79;

/** A name gives way to the figures, and then the tail's end to what an alert must say first. */
function firstLine(
  resource: Resource,
  state: State,
  verb: string,
  { pid, name }: NamedProcess,
  tail: string,
): string {
  const head = `${resources[resource].label.toUpperCase()} ${state} - ${verb}`;
  const rest = `[${pid}]${tail}`;
  const room = Math.max(shortestName, longest - head.length - Array.from(rest).length);
  return clip(head + clip(oneLine(name) || 'process', room) + rest, longest);
}

/** What a name keeps beside a long reason. */
const shortestName = 8;

function usage(resource: Resource, { value, limit }: Reading): string {
  const { noun } = resources[resource];
  if (limit === Infinity) return `${value} of unlimited ${noun}`;
  return `${value} of ${limit} ${noun}${limit === 0 ? '' : ` (${percentOf(value, limit)}%)`}`;
}

/** Rounded, but 100% is said only once the limit is reached. */
function percentOf(value: number, limit: number): number {
  const percent = Math.round((value / limit) * 100);
  return value < limit ? Math.min(percent, 99) : percent;
}
