import type { Level, Reading } from '../rlimit-events/index.js';
import type { Bound } from './bound.js';

/** The levels that tell each multiple of a share, up to the limit. A count needs none: its multiples are steps. */
export function levelsEvery(every: Bound | undefined): Level[] {
  if (every?.kind !== 'share') return [];
  const hundredths = Math.round(every.percent * 100);
  return Array.from({ length: Math.floor(10_000 / hundredths) }, (_, index) => ({
    kind: 'share',
    percent: ((index + 1) * hundredths) / 100,
    above: false,
  }));
}

/**
 * Whether use went up to another multiple, or down by as much as lies between two. Not down to another
 * multiple: a process that opens and closes one file beside a multiple would have no end of reports.
 */
export function hasMoved(every: Bound, from: Reading, to: Reading): boolean {
  const [before, after] = [stepsIn(every, from), stepsIn(every, to)];
  return Math.floor(after) > Math.floor(before) || before - after >= 1 - ROUNDING;
}

/** Differences of shares are not exact. */
const ROUNDING = 1e-9;

function stepsIn(every: Bound, { value, limit }: Reading): number {
  if (every.kind === 'value') return value / every.value;
  const steps = 10_000 / Math.round(every.percent * 100);
  // No level is above the limit, so that nothing is told there.
  if (value >= limit) return Math.floor(steps);
  return (value * 10_000) / (limit * Math.round(every.percent * 100));
}
