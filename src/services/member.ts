import type { Reading } from 'rlimit-events';
import type { NamedProcess } from './process.js';
import { severity } from './state.js';
import { stateOf, type Thresholds } from './thresholds.js';

/** A process of a service, what it has, and how bad that is. */
export interface Member {
  readonly process: NamedProcess;
  readonly reading: Reading;
  readonly state: 'OK' | 'WARNING' | 'CRITICAL';
  /** Of the soft limit; 0 when unlimited. */
  readonly share: number;
  /** Since when it has that: milliseconds since 1970. */
  readonly time: number;
}

export function memberOf(
  process: NamedProcess,
  reading: Reading,
  thresholds: Thresholds,
  time: number,
): Member {
  const { pid, name } = process;
  const { value, limit } = reading;
  return {
    process: { pid, name },
    reading: { value, limit },
    state: stateOf(thresholds, reading),
    share: limit === 0 ? Infinity : value / limit,
    time,
  };
}

/** By state, within it by the share of the limit, then by value; and always the same of equals. */
export function isWorse(one: Member, other: Member): boolean {
  if (one.state !== other.state) return severity[one.state] > severity[other.state];
  if (one.share !== other.share) return one.share > other.share;
  if (one.reading.value !== other.reading.value) return one.reading.value > other.reading.value;
  return one.process.pid < other.process.pid;
}
