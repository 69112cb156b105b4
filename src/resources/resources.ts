import type { Unit } from './quantities.js';

/** The resources that can be watched, by their names in limits.conf(5) and prlimit(1). */
export const RESOURCES = {
  nofile: { number: 7, unit: 'count' },
  as: { number: 9, unit: 'bytes' },
  data: { number: 2, unit: 'bytes' },
  stack: { number: 3, unit: 'bytes' },
  memlock: { number: 8, unit: 'bytes' },
  rss: { number: 5, unit: 'bytes' },
  cpu: { number: 0, unit: 'seconds' },
  nproc: { number: 6, unit: 'count' },
  sigpending: { number: 11, unit: 'count' },
  msgqueue: { number: 12, unit: 'bytes' },
  rttime: { number: 15, unit: 'microseconds' },
} as const satisfies Record<string, { /** In getrlimit(2). */ number: number; unit: Unit }>;

/** A resource whose use can be watched, by its name in limits.conf(5) and prlimit(1). */
export type Resource = keyof typeof RESOURCES;

const SINGLE = 'limits a single value rather than something used up';

/** The other resources of getrlimit(2), and why there is nothing to watch. */
const REFUSED = new Map([
  ['fsize', SINGLE],
  ['core', SINGLE],
  ['nice', SINGLE],
  ['rtprio', SINGLE],
  ['locks', 'has not been counted since Linux 2.4.25'],
]);

/** No resource of this name can be watched. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
}

const LONGEST_QUOTE = 40;

/** @throws ResourceError: why it cannot be watched, and which can */
export function parseResource(name: string): Resource {
  if (Object.hasOwn(RESOURCES, name)) return name as Resource;
  throw new ResourceError(
    `${JSON.stringify(name.length > LONGEST_QUOTE ? `${name.slice(0, LONGEST_QUOTE - 1)}…` : name)} ${REFUSED.get(name) ?? 'is not a resource'}; write one of ${Object.keys(RESOURCES).join(', ')}`,
  );
}
