import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';

/** What a process holds of a resource, and its soft limit: whole numbers, in the resource's own unit. */
export interface Reading {
  readonly value: number;
  /** Infinity when unlimited. */
  readonly limit: number;
}

/**
 * Whether the reading is one that the range alerts at. Of an unlimited resource every count is 0%: no
 * `80%` is ever exceeded, and no `10%:` ever reached.
 */
export function alerts(range: Range, { value, limit }: Reading): boolean {
  const within = leastFrom(range.start, limit) <= value && value <= greatestTo(range.end, limit);
  return within === range.inside;
}
