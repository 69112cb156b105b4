/** Something wrong in a text, at an offset into it: `what is wrong; what to do`. */
export class TextProblem extends Error {
  override readonly name = 'TextProblem';

  constructor(
    readonly offset: number,
    problem: string,
  ) {
    super(problem);
  }
}
