import type { Reading } from '../rlimit-events/index.js';
import { inUnit, RESOURCES, type Resource, type Unit } from '../resources/index.js';
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
  const { unit } = RESOURCES[resource];
  const warning = threshold(thresholds.warning, limit, unit);
  const critical = threshold(thresholds.critical, limit, unit);
  const maximum = limit === Infinity ? '' : inUnit(limit, unit);
  return `${label}=${inUnit(value, unit)}${uomOf(resource)};${warning};${critical};0;${maximum}`;
}

/** Alerts at the same counts as the range does under this limit. A share of what is unlimited is no number: empty. */
function threshold(range: Range | undefined, limit: number, unit: Unit): string {
  if (range === undefined) return '';
  const shared = range.start?.kind === 'share' || range.end?.kind === 'share';
  if (shared && limit === Infinity) return '';
  return rangeText(leastFrom(range.start, limit), greatestTo(range.end, limit), range.inside, unit);
}

function rangeText(least: number, greatest: number, inside: boolean, unit: Unit): string {
  // No count is within: such a range always alerts, or never, and has no spelling of its own.
  if (least > greatest) return inside ? '~:' : '@~:';
  const start = least === -Infinity ? '~:' : `${inUnit(least, unit)}:`;
  const end = greatest === Infinity ? '' : String(inUnit(greatest, unit));
  return (inside ? '@' : '') + (least === 0 && end !== '' ? '' : start) + end;
}
