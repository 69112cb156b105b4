import type { Failure } from '../destinations/index.js';

/** Milliseconds before the first try again, and at most: a rejection lasts until somebody mends something. */
const DELAYS: Readonly<Record<Failure, { readonly first: number; readonly longest: number }>> = {
  unreachable: { first: 1000, longest: 300_000 },
  rejected: { first: 30_000, longest: 1_800_000 },
};

/**
 * Milliseconds until the next try: doubled each time, and up to a quarter more or less, so that the gateways of
 * one site do not come all at once. `failures`: how many of this kind there were before, in succession.
 */
export function delayAfter(failure: Failure, failures: number, random: () => number): number {
  const { first, longest } = DELAYS[failure];
  return Math.min(longest, first * 2 ** failures) * (0.75 + random() / 2);
}
