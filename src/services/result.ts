import type { Resource } from '../resources/index.js';
import type { NamedProcess } from './process.js';
import { LONGEST_TEXT } from './result-text.js';
import type { State } from './state.js';
import { clip, lengthOf, oneLine } from './text.js';

/** One passive check result, before any protocol. */
export interface ServiceResult {
  readonly host: string;
  readonly service: string;
  readonly returnCode: 0 | 1 | 2 | 3;
  /** The first line, of at most 80 characters before the `|`, with all perfdata; then the long output's lines. */
  readonly output: string;
  readonly state: State;
  /**
   * When what it says became true: milliseconds since 1970. Of a change, when the state was entered, or
   * when its hold was over; of a report, when the process came to have that much; of a repetition, when it
   * was made. Never before that of the result before it.
   */
  readonly time: number;
  /** change: another state; report: report_every; heartbeat; detail: the same state with more long output. */
  readonly cause: Cause;
  /** The change was for the worse (OK < WARNING < UNKNOWN < CRITICAL); the first is, if it is not OK. */
  readonly worsened: boolean;
  /** The process that the first line names, if there is one. */
  readonly worst?: NamedProcess;
  /** What the process is watched for; there with it. */
  readonly resource?: Resource;
}

export type Cause = 'change' | 'report' | 'heartbeat' | 'detail';

/** A service as it is now: plain data, which JSON keeps as it is. */
export interface ServiceStatus {
  readonly description: string;
  readonly resource: Resource;
  /** As it was told last. */
  readonly state: State;
  /** When it came into that state: milliseconds since 1970; null before the first result. */
  readonly since: number | null;
  /** The worst first. */
  readonly members: readonly MemberStatus[];
}

export interface MemberStatus {
  readonly pid: number;
  /** Without control characters. */
  readonly name: string;
  readonly value: number;
  /** The soft limit; null when unlimited. */
  readonly limit: number | null;
  readonly state: State;
}

/** The result with these lines directly behind its first: what a server cuts off is at the end. */
export function withLongOutput(result: ServiceResult, lines: readonly string[]): ServiceResult {
  const [first = '', ...rest] = result.output.split('\n');
  return { ...result, output: [first, ...lines.map(oneLine), ...rest].join('\n') };
}

/**
 * Inserts a note such as `(delayed 4m)` at the end of the first line's text, before the perfdata. Where
 * there is no room for both within 80 characters, the end of the text gives way.
 */
export function withNote(output: string, note: string): string {
  const [first = '', ...rest] = output.split('\n');
  const bar = first.indexOf('|');
  const text = (bar < 0 ? first : first.slice(0, bar)).trimEnd();
  const tail = ` ${oneLine(note)}`;
  const noted = clip(clip(text, LONGEST_TEXT - lengthOf(tail)) + tail, LONGEST_TEXT);
  return [bar < 0 ? noted : `${noted} ${first.slice(bar)}`, ...rest].join('\n');
}
