import type { Reading } from 'rlimit-events';
import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';

/**
 * Whether the reading is one that the range alerts at. Of an unlimited resource every count is 0%: no
 * `80%` is ever exceeded, and no `10%:` ever reached.
 */
export function alerts(range: Range, { value, limit }: Reading): boolean {
  const within = leastFrom(range.start, limit) <= value && value <= greatestTo(range.end, limit);
  return within === range.inside;
}
