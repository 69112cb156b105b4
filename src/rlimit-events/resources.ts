/** What a resource is counted in. */
export type Unit = 'count' | 'bytes';

/** The resources that can be watched, by their names in limits.conf(5) and prlimit(1). */
export const RESOURCES = {
  nofile: { number: 7, unit: 'count' },
  as: { number: 9, unit: 'bytes' },
  data: { number: 2, unit: 'bytes' },
  stack: { number: 3, unit: 'bytes' },
  memlock: { number: 8, unit: 'bytes' },
} as const satisfies Record<string, { /** In getrlimit(2). */ number: number; unit: Unit }>;
