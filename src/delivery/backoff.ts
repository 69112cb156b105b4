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
/** Of the time between two heartbeats. */
const SHARE = 0.6;

/**
 * For what the server does not know yet. Tries need not be rarer than heartbeats would be. Those of a whole site that
 * have news while their server is away come back soon, but not within the same second.
 */
export function paceOfNews(heartbeat = Infinity): Pace {
  const longest = clamp(SHARE * heartbeat, 15_000, LONGEST);
  return { first: 2000, longest, growth: 2, jitter: 0.5 };
}

/**
 * For what the server knows already, and is told again. A server that was restarted has all gateways come back whose
 * heartbeats it has missed, and of an Icinga those whose last results it forgot, all of them at the same moment. So there
 * is one try at any time until the next heartbeat, and then heartbeats alone: who has waited for an hour comes as he does
 * every day. Where they are rare there are tries between.
 */
export function paceOfRepetitions(heartbeat: number): Pace {
  const first = clamp(0.3 * heartbeat, 2000, 30_000);
  return { first, longest: heartbeat > LONGEST ? LONGEST : Infinity, growth: Infinity, jitter: 0.6 };
}

/**
 * Milliseconds until the next try; Infinity: the next heartbeat is one.
 *
 * @param failures how many there were before, in succession
 */
export function delayAfter(pace: Pace, failures: number, random: () => number): number {
  const { first, longest, growth, jitter } = pace;
  const delay = failures === 0 ? first : Math.min(longest, first * growth ** failures);
  return delay * (1 - jitter + 2 * jitter * random());
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
