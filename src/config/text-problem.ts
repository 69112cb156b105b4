import type { Path } from './config-error.js';

/** Something wrong in a text, at an offset into it: `what is wrong; what to do`. */
export class TextProblem extends Error {
  override readonly name = 'TextProblem';

  constructor(
    readonly offset: number,
    problem: string,
    /** What it is about; missing where the text is wrong before it means anything. */
    readonly path?: Path,
  ) {
    super(problem);
  }
}
