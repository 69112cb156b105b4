import * as z from 'zod';
import { nearest } from './nearest.js';
import { quoted, unwanted } from './wants.js';

/** A map of known keys only; an unknown one is told with the known one that was probably meant. */
export function section<Shape extends z.ZodRawShape>(what: string, example: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKey(issue.keys[0] ?? '', Object.keys(shape))
        : unwanted(issue.input, what, example),
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `unknown key ${quoted(key)}; ${meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`}`;
}
