import type { Level, Reading } from 'rlimit-events';
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
 * Whether use has risen to another multiple, or has fallen by the distance between two multiples. Falling below a
 * multiple is not enough: a process that opens and closes one file beside a multiple would cause reports without end.
 */
export function hasMoved(every: Bound, from: Reading, to: Reading): boolean {
  const [before, after] = [stepsIn(every, from), stepsIn(every, to)];
  return Math.floor(after) > Math.floor(before) || before - after >= 1 - ROUNDING;
}

/** Shares are floating-point numbers, so a difference of exactly one multiple can come out slightly smaller. */
const ROUNDING = 1e-9;

function stepsIn(every: Bound, { value, limit }: Reading): number {
  if (every.kind === 'value') return value / every.value;
  const steps = 10_000 / Math.round(every.percent * 100);
  // No level lies above the limit, so the kernel tells no multiple there and none may be counted.
  if (value >= limit) return Math.floor(steps);
  return (value * 10_000) / (limit * Math.round(every.percent * 100));
}
