/** How often something is tried again. Times are milliseconds. */
export interface Pace {
  readonly first: number;
  readonly longest: number;
  /** How many times as long as the delay before each is. */
  readonly growth: number;
  /** What share of a delay it may be more or less, so that the gateways of one site do not come all at once. */
  readonly jitter: number;
}

/** A rejection lasts until somebody mends something. */
export const REJECTED: Pace = { first: 30_000, longest: 1_800_000, growth: 2, jitter: 0.25 };

const LONGEST = 300_000;
/** Of the time between two heartbeats, in which two tries have to fit: a server may take what misses two for stale. */
const SHARE = 0.6;

/** For what the server does not know yet. Tries need not be rarer than heartbeats would be. */
export function paceOfNews(heartbeat = Infinity): Pace {
  const longest = clamp(SHARE * heartbeat, 15_000, LONGEST);
  return { first: 1000, longest, growth: 2, jitter: 0.25 };
}

/**
 * For what the server knows already, and is told again. A server that was restarted has all gateways come back whose
 * heartbeats it has missed, and of an Icinga those whose last results it forgot, all of them at the same moment; each of
 * few tries makes as many connections a second as all heartbeats do, so there is time for two, far from each other.
 */
export function paceOfRepetitions(heartbeat: number): Pace {
  const first = clamp(heartbeat / 12, 2000, 15_000);
  return { first, longest: clamp(SHARE * heartbeat, first, LONGEST), growth: Infinity, jitter: 0.5 };
}

/** Milliseconds until the next try. `failures`: how many there were before, in succession. */
export function delayAfter(pace: Pace, failures: number, random: () => number): number {
  const { first, longest, growth, jitter } = pace;
  const delay = failures === 0 ? first : Math.min(longest, first * growth ** failures);
  return delay * (1 - jitter + 2 * jitter * random());
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
