/** One end of a range: a count, or a share of the soft limit that is in force when it is compared. */
export type Bound =
  | { readonly kind: 'value'; readonly value: number }
  /** More than 0, at most 100, with at most two decimals. */
  | { readonly kind: 'share'; readonly percent: number };

/** The least count that is not below `start`; `limit` is Infinity when unlimited. */
export function leastFrom(start: Bound | null, limit: number): number {
  if (start === null) return -Infinity;
  return start.kind === 'value' ? start.value : shareOf(limit, start.percent, 'up');
}

/** The greatest count that is not above `end`; `limit` is Infinity when unlimited. */
export function greatestTo(end: Bound | null, limit: number): number {
  if (end === null) return Infinity;
  return end.kind === 'value' ? end.value : shareOf(limit, end.percent, 'down');
}

/** Exact: 80% of 1000000007 is 800000005.6, which floating point need not say. */
function shareOf(limit: number, percent: number, rounded: 'up' | 'down'): number {
  if (limit === Infinity) return Infinity;
  const hundredths = Math.round(percent * 100);
  const product = limit * hundredths;
  if (Number.isSafeInteger(product)) {
    const rest = product % 10_000;
    return (product - rest) / 10_000 + (rounded === 'up' && rest > 0 ? 1 : 0);
  }
  // Several times as slow.
  return Number((BigInt(limit) * BigInt(hundredths) + (rounded === 'up' ? 9999n : 0n)) / 10_000n);
}
