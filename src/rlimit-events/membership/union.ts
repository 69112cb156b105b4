import type { LevelSet } from '../level-sets.js';
import { checkLevel, compareLevels, LevelError, MAX_LEVELS, type Level } from '../levels.js';

/** What the members of a group are watched for. */
export interface Watching {
  readonly levels: readonly Level[];
  /** Every multiple of this, too; 0 for none. */
  readonly step: number;
}

/** @throws LevelError */
export function checkWatching({ levels, step }: Watching): void {
  if (levels.length > MAX_LEVELS)
    throw new LevelError(`${levels.length} levels are more than the ${MAX_LEVELS} that a group can have`);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new LevelError(`a step must be a whole number, of at least 1 or 0 for none, not ${step}`);
  for (const level of levels) checkLevel(level);
}

/**
 * What a process in several groups is watched for: every level of each group, and as its step the greatest common
 * divisor of their steps, since each multiple of any of these is a multiple of the divisor.
 */
export function union(groups: readonly Watching[]): LevelSet {
  const levels = groups.flatMap((group) => group.levels).toSorted(compareLevels);
  const distinct = levels.filter((level, index) => {
    const before = levels[index - 1];
    return before === undefined || compareLevels(before, level) !== 0;
  });
  return {
    levels: distinct.map((level) => ({ level, inherit: false })),
    step: groups.reduce((divisor, { step }) => greatestCommonDivisor(divisor, step), 0),
    inheritStep: false,
    tag: '',
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
