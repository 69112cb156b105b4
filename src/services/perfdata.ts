import type { Reading } from '../rlimit-events/index.js';
import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';
import type { Resource } from '../rlimit-events/index.js';
import { resources } from './resource.js';
import type { Thresholds } from './thresholds.js';

/** `label=value;warn;crit;min;max`, with shares as the counts that they are under the soft limit. */
export function perfdata(resource: Resource, thresholds: Thresholds, reading: Reading): string {
  const { value, limit } = reading;
  const warning = threshold(thresholds.warning, limit);
  const critical = threshold(thresholds.critical, limit);
  return `${resources[resource].label}=${value};${warning};${critical};0;${limit === Infinity ? '' : limit}`;
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
