import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';
import type { Thresholds } from './thresholds.js';

/** A threshold as it is now: plain data. */
export interface ThresholdStatus {
  /** As it was written. */
  readonly range: string;
  /** Its ends as counts under a limit; absent: there is none, or it is a share of what is unlimited or not known. */
  readonly lower?: number;
  readonly upper?: number;
}

/** `limit` is that of the worst process; Infinity when unlimited, or when there is no process. */
export function thresholdStatuses(
  { warning, critical }: Thresholds,
  limit: number,
): { readonly warning?: ThresholdStatus; readonly critical?: ThresholdStatus } {
  return {
    ...(warning && { warning: statusOf(warning, limit) }),
    ...(critical && { critical: statusOf(critical, limit) }),
  };
}

/** A start at 0 is none: no count is below it. */
function statusOf({ start, end, text }: Range, limit: number): ThresholdStatus {
  const [lower, upper] = [leastFrom(start, limit), greatestTo(end, limit)];
  return {
    range: text,
    ...(lower > 0 && lower < Infinity && { lower }),
    ...(upper < Infinity && { upper }),
  };
}
