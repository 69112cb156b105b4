import type { Monitored } from './definitions.js';

/** What the templates in nagios-config/ come with, in seconds: three of the default heartbeats. */
export const templateFreshness = 900;

/**
 * The age in seconds at which a service's last result is stale; undefined when results are not repeated,
 * and age says nothing. Three heartbeats: one may be lost on the way, and the next one be late.
 */
export function freshness({ heartbeat }: Pick<Monitored, 'heartbeat'>): number | undefined {
  return heartbeat === undefined ? undefined : Math.ceil((3 * heartbeat) / 1000);
}
