/** One of the things that there can be more of, and how many. */
export interface Setting {
  readonly name: string;
  readonly processes?: number;
  readonly levels?: number;
  readonly slots?: number;
  /** Each operation crosses the lowest of the levels; else all are far. */
  readonly crossing?: boolean;
}

export const BY_PROCESSES: readonly Setting[] = [1, 100, 10_000].map((processes) => ({
  name: processes.toLocaleString('en'),
  processes,
}));
export const BY_LEVELS: readonly Setting[] = [1, 8, 64].map((levels) => ({ name: String(levels), levels }));
export const BY_SLOTS: readonly Setting[] = [64, 1024, 65_536, 1_000_000].map((slots) => ({
  name: slots.toLocaleString('en'),
  slots,
}));
export const CROSSING_BY_LEVELS: readonly Setting[] = BY_LEVELS.map((setting) => ({
  ...setting,
  crossing: true,
}));
