import { parsed, Problem } from './parsed.js';
import { found, unwanted } from './wants.js';

/** In milliseconds. */
const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const written = /^(\d{1,9})(ms|s|m|h|d)$/;

/** The pattern of a duration, as JSON Schema has it. */
export const DURATION = written.source.slice(1, -1);

/** The bounds of a duration, written as one. */
export interface DurationBounds {
  readonly least: string;
  readonly most: string;
  readonly example: string;
}

/** A whole number with its unit, in milliseconds. */
export function duration(bounds: DurationBounds) {
  return parsed((text) => durationOf(text, bounds), { type: 'string', pattern: `^${DURATION}$` });
}

export function durationOf(text: unknown, { least, most, example }: DurationBounds): number | Problem {
  if (typeof text === 'number' || (typeof text === 'string' && /^\d+$/.test(text)))
    return new Problem(`${found(text)} has no unit (ms, s, m, h or d); write one such as ${example}`);
  const length = typeof text === 'string' ? milliseconds(text) : undefined;
  if (length === undefined) return new Problem(unwanted(text, 'a duration', example));
  if (length < (milliseconds(least) ?? 0))
    return new Problem(`${found(text)} is too short; write at least ${least}`);
  if (length > (milliseconds(most) ?? Infinity))
    return new Problem(`${found(text)} is too long; write at most ${most}`);
  return length;
}

function milliseconds(text: string): number | undefined {
  const [, count, unit = ''] = written.exec(text) ?? [];
  const each = units[unit];
  return each === undefined ? undefined : Number(count) * each;
}
