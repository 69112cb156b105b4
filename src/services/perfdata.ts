import type { Reading } from '../rlimit-events/index.js';
import type { Resource } from '../resources/index.js';
import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';
import { resources, uomOf } from './resource.js';
import type { Thresholds } from './thresholds.js';

/**
 * `label=value;warn;crit;min;max`, with shares as the counts that they are under the soft limit, and the
 * same of the peak: each is under the limit that was in force when it was seen.
 */
export function perfdata(
  resource: Resource,
  thresholds: Thresholds,
  reading: Reading,
  peak: Reading = reading,
): string {
  const { label } = resources[resource];
  return `${figures(label, resource, thresholds, reading)} ${figures(`${label}_peak`, resource, thresholds, peak)}`;
}

function figures(
  label: string,
  resource: Resource,
  thresholds: Thresholds,
  { value, limit }: Reading,
): string {
  const warning = threshold(thresholds.warning, limit);
  const critical = threshold(thresholds.critical, limit);
  return `${label}=${value}${uomOf(resource)};${warning};${critical};0;${limit === Infinity ? '' : limit}`;
}

/** Alerts at the same counts as the range does under this limit. A share of what is unlimited is no number: empty. */
function threshold(range: Range | undefined, limit: number): string {
  if (range === undefined) return '';
  const shared = range.start?.kind === 'share' || range.end?.kind === 'share';
  if (shared && limit === Infinity) return '';
  return rangeText(leastFrom(range.start, limit), greatestTo(range.end, limit), range.inside);
}

function rangeText(least: number, greatest: number, inside: boolean): string {
  // No count is within: such a range always alerts, or never, and has no spelling of its own.
  if (least > greatest) return inside ? '~:' : '@~:';
  const start = least === -Infinity ? '~:' : `${least}:`;
  const end = greatest === Infinity ? '' : String(greatest);
  return (inside ? '@' : '') + (least === 0 && end !== '' ? '' : start) + end;
}
