/** The status socket could not be had, or did not answer. The message is one line that says what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly code: 'in-use' | 'cannot-listen' | 'no-answer' | 'not-permitted' | 'bad-answer',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
