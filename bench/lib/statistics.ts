/** The quartiles of some values, the ends, and how many there were. */
export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
}

/** @throws RangeError when there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return {
    n: sorted.length,
    min: at(sorted, 0),
    q1: at(sorted, 0.25),
    median: at(sorted, 0.5),
    q3: at(sorted, 0.75),
    max: at(sorted, 1),
  };
}

/** The value that such a share of them does not exceed, between two neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  return at(Float64Array.from(values).sort(), share);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Of each pair, how many times as much the one is as the other. */
export function ratios(values: readonly number[], baseline: readonly number[]): number[] {
  return values.map((value, i) => value / (baseline[i] ?? NaN));
}

/** Of each pair, by how much the one is more than the other. */
export function differences(values: readonly number[], baseline: readonly number[]): number[] {
  return values.map((value, i) => value - (baseline[i] ?? NaN));
}

function at(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) throw new RangeError('there are no values');
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
