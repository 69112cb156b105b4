/** Why the descriptor could not be had. The message is one line that says what to do. */
export class RlimitEventsError extends Error {
  override readonly name = 'RlimitEventsError';

  constructor(
    readonly code:
      | 'not-permitted'
      | 'no-btf'
      | 'unsupported'
      | 'no-such-process'
      | 'no-such-level'
      | 'bad-match'
      | 'full'
      | 'busy'
      | 'closed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
