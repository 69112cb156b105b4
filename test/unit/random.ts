import fc, { type GeneratorValue } from 'fast-check';
import type { Random } from '../support/seeded.js';
import { rounds } from './rounds.js';

export type { Random };

/**
 * Holds for so many stories, or one in RLIMIT_TEST_ONE_IN of them, which are the same in each run. A failure is shrunk:
 * it is told with the smallest choices by which the test still fails, and with a seed and a path that repeat it.
 */
export function forAll(runs: number, property: (random: Random) => void, seed = 1): void {
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      property(randomFrom(draw));
    }),
    { numRuns: rounds(runs), seed },
  );
}

/** The same of a property that takes its time. */
export function forAllInTime(
  runs: number,
  property: (random: Random) => Promise<void>,
  seed = 1,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.gen(), (draw) => property(randomFrom(draw))),
    { numRuns: rounds(runs), seed },
  );
}

function randomFrom(draw: GeneratorValue): Random {
  const int = (min: number, max: number) => draw(fc.integer, { min, max });
  return { int, pick: (choices) => choices[int(0, choices.length - 1)] ?? choices[0] };
}
