import type { Reading } from 'rlimit-events';
import { inUnit, RESOURCES, type Resource, type Unit } from '../resources/index.js';
import { greatestTo, leastFrom } from './bound.js';
import type { Range } from './range.js';
import { resources, uomOf } from './resource.js';
import type { Thresholds } from './thresholds.js';

/** One figure of a result, with what it is compared with. */
export interface Perfdata {
  /** A name without blanks and quotes. */
  readonly label: string;
  readonly value: number;
  /** The unit of measurement, such as `B`; empty for a count. */
  readonly unit: string;
  /** A range, as the Monitoring Plugins guidelines write it. */
  readonly warning?: string;
  readonly critical?: string;
  readonly min?: number;
  readonly max?: number;
}

/**
 * What a process has and the peak, with shares as the counts that they are under the soft limit: each is under
 * the limit that was in force when it was seen.
 */
export function perfdataOf(
  resource: Resource,
  thresholds: Thresholds,
  reading: Reading,
  peak: Reading = reading,
): Perfdata[] {
  const { label } = resources[resource];
  return [figure(label, resource, thresholds, reading), figure(`${label}_peak`, resource, thresholds, peak)];
}

/** `label=value;warn;crit;min;max` */
export function perfdataText({ label, value, unit, warning, critical, min, max }: Perfdata): string {
  return [`${label}=${value}${unit}`, warning, critical, min, max].join(';');
}

/** Reads what `perfdataText()` writes. */
export function parsePerfdata(text: string): Perfdata | undefined {
  const [, label, value, unit = '', warning, critical, min, max] = WRITTEN.exec(text) ?? [];
  if (label === undefined || value === undefined) return undefined;
  return {
    label,
    value: Number(value),
    unit,
    ...(warning && { warning }),
    ...(critical && { critical }),
    ...(min && { min: Number(min) }),
    ...(max && { max: Number(max) }),
  };
}

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const WRITTEN = new RegExp(
  `^(\\w+)=(${NUMBER})([a-zA-Z]*)(?:;([\\d.:@~]*);([\\d.:@~]*);(${NUMBER})?;(${NUMBER})?)?$`,
);

function figure(
  label: string,
  resource: Resource,
  thresholds: Thresholds,
  { value, limit }: Reading,
): Perfdata {
  const { unit } = RESOURCES[resource];
  const warning = threshold(thresholds.warning, limit, unit);
  const critical = threshold(thresholds.critical, limit, unit);
  return {
    label,
    value: inUnit(value, unit),
    unit: uomOf(resource),
    ...(warning !== undefined && { warning }),
    ...(critical !== undefined && { critical }),
    min: 0,
    ...(limit !== Infinity && { max: inUnit(limit, unit) }),
  };
}

/** Alerts at the same counts as the range does under this limit. A share of what is unlimited is no number. */
function threshold(range: Range | undefined, limit: number, unit: Unit): string | undefined {
  if (range === undefined) return undefined;
  const shared = range.start?.kind === 'share' || range.end?.kind === 'share';
  if (shared && limit === Infinity) return undefined;
  return rangeText(leastFrom(range.start, limit), greatestTo(range.end, limit), range.inside, unit);
}

function rangeText(least: number, greatest: number, inside: boolean, unit: Unit): string {
  // No count is within: such a range always alerts, or never, and has no spelling of its own.
  if (least > greatest) return inside ? '~:' : '@~:';
  const start = least === -Infinity ? '~:' : `${inUnit(least, unit)}:`;
  const end = greatest === Infinity ? '' : String(inUnit(greatest, unit));
  return (inside ? '@' : '') + (least === 0 && end !== '' ? '' : start) + end;
}
