/** How many groups a test has for company. */
import type { Group } from '../../src/rlimit-events/index.js';
import { emulated } from './where.js';

/** As many as there can be by default. */
export const FEW = 64;
export const MOST = 1024;

/**
 * One more than a mask of one word has bits for, and the most. In a guest, where opening a descriptor takes most of a
 * test's time, many-groups.test.ts alone has the most.
 */
export const CROWDS = emulated ? [FEW] : [FEW, FEW + 1, MOST];

/** How many of the first there is room for again. */
const FREED = 3;
/** For how many there is room then. */
export const LEFT = FREED + 1;

/** Makes all groups but the last, without levels, and removes a few of the first: a test's own are of the last word, the first, the first ... */
export function fillUp(crowd: number, make: (name: string) => Group): void {
  const others = Array.from({ length: crowd - 1 }, (_, index) => make(`other ${index}`));
  for (const other of others.slice(0, FREED)) other.remove();
}
