import * as z from 'zod';
import { unwanted, wants } from './wants.js';

const NO_NUL = /^[^\0]*$/;
const nul = 'has a NUL, which no argument can hold; take it away';

/** What an argument of a program can hold. */
export function argument(wanted: ReturnType<typeof wants>): z.ZodString {
  return z.string(wanted).regex(NO_NUL, nul);
}

interface ArgumentListTexts {
  /** An argument. */
  readonly example: string;
  /** The key with a list. */
  readonly run: string;
  /** What to do with a whole command line in one text. */
  readonly inAList: (line: string, run: string) => string;
}

/** A program and its arguments, which stand in a list. */
export function argumentList<Program extends z.ZodType<string>>(
  program: Program,
  { example, run, inAList }: ArgumentListTexts,
) {
  return z.tuple([program], argument(wants('text', example)), {
    error: ({ input }) =>
      typeof input === 'string' && input !== ''
        ? `is not a list; ${inAList(input, run)}`
        : unwanted(input, 'a program and its arguments in a list', run),
  });
}
