import * as z from 'zod';
import { quantityPattern, type Unit } from '../../resources/index.js';
import type { Range } from '../../services/index.js';
import { InvalidRangeError, parseRange } from '../../services/index.js';
import { unwanted, writtenAs, type JsonSchema } from '../../schema/index.js';
import { SHARE } from './bound.js';

/** A threshold in the ranges of the Monitoring Plugins guidelines. */
export const range = (unit: Unit) =>
  writtenAs(
    z.unknown().transform((written, context): Range => {
      try {
        if (typeof written === 'string' || typeof written === 'number') return parseRange(written, unit);
        context.addIssue(unwanted(written, 'a range', '50, 80% or "@10:20"'));
      } catch (error) {
        if (!(error instanceof InvalidRangeError)) throw error;
        context.addIssue(error.message);
      }
      return z.NEVER;
    }),
    () => rangeForm(unit),
  );

function rangeForm(unit: Unit): JsonSchema {
  const bound = `(?:${quantityPattern(unit)}|${SHARE})`;
  return {
    type: ['integer', 'string'],
    minimum: 0,
    pattern: `^@?(?:${bound}|(?:~|${bound}):${bound}?|:${bound})$`,
  };
}
