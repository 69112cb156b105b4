/** There is no secret where it should be. The message is one line that says what to do, and never holds a secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}
