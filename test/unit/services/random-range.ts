import type { Range } from '../../../src/services/index.js';
import { InvalidRangeError, parseRange } from '../../../src/services/index.js';
import type { Random } from '../random.js';

/** Any range that can be written, of counts up to `greatest` and of shares. */
export function randomRange(random: Random, greatest: number): Range {
  const count = () => String(random.int(0, greatest));
  const share = () => `${random.int(0, 99)}${random.pick(['', '.5', '.25', '.01'])}%`;
  const bound = () => random.pick([count, share])();
  const text = `${random.pick(['', '@'])}${random.pick(['', '~:', `${bound()}:`])}${random.pick(['', bound()])}`;
  try {
    return parseRange(text);
  } catch (error) {
    // Without a bound, or reversed: draw again.
    if (error instanceof InvalidRangeError) return randomRange(random, greatest);
    throw error;
  }
}
