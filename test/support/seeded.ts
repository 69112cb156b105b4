/** Choices that a random test makes as it goes. */
export interface Random {
  /** A whole number, both ends included. */
  int(least: number, greatest: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Whole numbers from 0 to below, the same in each run (mulberry32: 32 bits of state are plenty for tests). */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Choices that are the same in each run, for tests of what cannot be taken back and made smaller, as forAll() of the
 * unit tests does: answers of a server, what a kernel was told.
 */
export function randomFrom(seed: number): Random {
  const roll = dice(seed);
  const int = (least: number, greatest: number) => least + roll(greatest - least + 1);
  return { int, pick: (choices) => choices[int(0, choices.length - 1)] ?? choices[0] };
}
