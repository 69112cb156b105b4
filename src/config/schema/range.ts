import * as z from 'zod';
import type { Unit } from '../../resources/index.js';
import type { Range } from '../../services/index.js';
import { InvalidRangeError, parseRange } from '../../services/index.js';
import { unwanted } from '../../schema/index.js';

/** A threshold in the ranges of the Monitoring Plugins guidelines. */
export const range = (unit: Unit) =>
  z.unknown().transform((written, context): Range => {
    try {
      if (typeof written === 'string' || typeof written === 'number') return parseRange(written, unit);
      context.addIssue(unwanted(written, 'a range', '50, 80% or "@10:20"'));
    } catch (error) {
      if (!(error instanceof InvalidRangeError)) throw error;
      context.addIssue(error.message);
    }
    return z.NEVER;
  });
