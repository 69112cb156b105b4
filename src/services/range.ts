import { parseQuantity, QUANTITY_EXAMPLES, type Unit } from '../resources/index.js';
import type { Bound } from './bound.js';

/**
 * A range of the Monitoring Plugins guidelines. It alerts outside start to end, both inclusive;
 * with `@`, inside them.
 *
 * https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export interface Range {
  /** null: `~`, minus infinity. */
  readonly start: Bound | null;
  /** null: infinity. */
  readonly end: Bound | null;
  /** `@`: alerts inside. */
  readonly inside: boolean;
  /** As it was written. */
  readonly text: string;
}

/** Says what is wrong with the text of a range, and what a right one looks like. */
export class InvalidRangeError extends RangeError {
  override readonly name = 'InvalidRangeError';

  constructor(
    readonly text: string,
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(`${JSON.stringify(text)} ${problem}; ${remedy}`);
  }
}

/**
 * Reads `[@][start:]end`. Each bound is a count or, by itself, a share: `10:90%` is from 10 to 90% of the
 * soft limit. A count may have a suffix of the unit, such as `512MiB`. A missing start is 0, a missing end is infinity.
 *
 * @throws {InvalidRangeError}
 */
export function parseRange(text: string | number, unit: Unit = 'count'): Range {
  const written = String(text);
  const inside = written.startsWith('@');
  const { start, end } = parseEnds(inside ? written.slice(1) : written, written, unit);
  if (start && end && reversed(start, end)) {
    throw new InvalidRangeError(
      written,
      'starts above its end',
      'write the smaller bound first, such as 10:20',
    );
  }
  return { start, end, inside, text: written };
}

function parseEnds(ends: string, written: string, unit: Unit): Pick<Range, 'start' | 'end'> {
  if (ends === '' || ends === ':') {
    throw new InvalidRangeError(
      written,
      'has no bound',
      'write 50 or 80% to alert above it, or 10: to alert below it',
    );
  }
  const [first = '', last, ...more] = ends.split(':');
  if (more.length > 0) {
    throw new InvalidRangeError(written, 'has more than one colon', 'write start:end, such as 10:90%');
  }
  if (last === undefined) return { start: zero, end: parseBound(first, written, unit) };
  return {
    start: parseStart(first, written, unit),
    end: last === '' ? null : parseBound(last, written, unit),
  };
}

const zero: Bound = { kind: 'value', value: 0 };

function parseStart(part: string, written: string, unit: Unit): Bound | null {
  if (part === '~') return null;
  return part === '' ? zero : parseBound(part, written, unit);
}

/** Fifteen digits, so that a count and the one above it are exact in a double. */
const greatest = 999_999_999_999_999;
const share = /^(\d{1,3}(?:\.\d{1,2})?)%$/;

function parseBound(part: string, written: string, unit: Unit): Bound {
  const value = parseQuantity(part, unit);
  if (value !== undefined && value <= greatest) return { kind: 'value', value };
  const percent = Number(share.exec(part)?.[1] ?? NaN);
  if (percent === 0) return zero;
  if (percent <= 100) return { kind: 'share', percent };
  if (part === '~') {
    throw new InvalidRangeError(written, 'has ~ in a place other than the start', 'write ~:80% or 10:');
  }
  throw new InvalidRangeError(
    written,
    part === written ? 'is not a range' : `has the bound ${JSON.stringify(part)}`,
    `a bound is a whole number such as ${QUANTITY_EXAMPLES[unit]} (at most 15 digits), or a share of the soft limit such as 80% or 0.25% (at most 100%)`,
  );
}

/** A count and a share can be compared only when the limit is known, so `500:10%` is let through. */
function reversed(start: Bound, end: Bound): boolean {
  return start.kind === end.kind && size(start) > size(end);
}

function size(bound: Bound): number {
  return bound.kind === 'value' ? bound.value : bound.percent;
}
