import { parseQuantity, quantityPattern, type Unit } from '../../resources/index.js';
import type { Bound } from '../../services/index.js';
import { found, parsed, Problem, unwanted, type JsonSchema } from '../../schema/index.js';

/** What can be written, by what the resource is counted in. */
export const WHAT: Readonly<Record<Unit, string>> = {
  count: 'a share of the soft limit or a count',
  bytes: 'a share of the soft limit or bytes',
  seconds: 'a share of the soft limit or a time',
  microseconds: 'a share of the soft limit or a time',
};

/** Fifteen digits, as in a range. */
const greatest = 999_999_999_999_999;
const share = /^(\d{1,3}(?:\.\d{1,2})?)%$/;
/** Up to 100%, as JSON Schema has it. */
export const SHARE = String.raw`(?:100(?:\.0{1,2})?|0?\d{1,2}(?:\.\d{1,2})?)%`;

/** A count from 1, or a share of the soft limit from `leastShare` to 100%. */
export function bound({
  what,
  example,
  leastShare,
  unit,
}: {
  what: string;
  example: string;
  leastShare: number;
  unit: Unit;
}) {
  return parsed(
    (written): Bound | Problem => {
      const text = plain(written);
      const value = positive(text, unit);
      if (value !== undefined) return { kind: 'value', value };
      const percent = Number(share.exec(text)?.[1] ?? NaN);
      if (percent >= leastShare && percent <= 100) return { kind: 'share', percent };
      if (Number.isNaN(percent)) return new Problem(unwanted(written, what, example));
      return new Problem(
        `${found(written)} is not from ${leastShare}% to 100%; write one such as ${example}`,
      );
    },
    form(`(?:${positivePattern(unit)}|${SHARE})`),
  );
}

/** A count from 1. */
export function counted(what: string, example: string, unit: Unit) {
  return parsed(
    (written) => positive(plain(written), unit) ?? new Problem(unwanted(written, what, example)),
    form(positivePattern(unit)),
  );
}

/** A bare number is a whole one of the unit. */
function form(pattern: string): JsonSchema {
  return { type: ['integer', 'string'], minimum: 1, maximum: greatest, pattern: `^${pattern}$` };
}

function positivePattern(unit: Unit): string {
  return `(?=[1-9])${quantityPattern(unit)}`;
}

function positive(text: string, unit: Unit): number | undefined {
  const value = /^[1-9]/.test(text) ? parseQuantity(text, unit) : undefined;
  return value !== undefined && value <= greatest ? value : undefined;
}

function plain(written: unknown): string {
  return typeof written === 'number' || typeof written === 'string' ? String(written) : '';
}
