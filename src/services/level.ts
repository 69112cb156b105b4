import type { Level } from 'rlimit-events';
import type { Bound } from './bound.js';
import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';

/**
 * The levels at which `alerts()` of any of the ranges changes, each once; between two of them it cannot.
 * A start at 0 needs none, since no count is below it. A level is superfluous in one case only: when the
 * limit is so low that the end of `500:10%` is below its start, and the range alerts at every count.
 */
export function levelsOf(...ranges: readonly Range[]): Level[] {
  return distinctLevels(ranges.flatMap(({ start, end }) => [...reaching(start), ...exceeding(end)]));
}

/** Each level once. */
export function distinctLevels(levels: readonly Level[]): Level[] {
  return [...new Map(levels.map((level) => [JSON.stringify(level), level])).values()];
}

/** Where the level lies under this soft limit; Infinity for a share of what is unlimited. */
export function levelAt(level: Level, limit: number): number {
  if (level.kind === 'value') return level.value;
  return level.above ? greatestTo(level, limit) + 1 : leastFrom(level, limit);
}

function reaching(start: Bound | null): Level[] {
  if (start === null) return [];
  if (start.kind === 'share') return [{ ...start, above: false }];
  return start.value === 0 ? [] : [start];
}

function exceeding(end: Bound | null): Level[] {
  if (end === null) return [];
  return end.kind === 'share' ? [{ ...end, above: true }] : [{ ...end, value: end.value + 1 }];
}
