import { types } from 'node:util';

/** What went wrong, for a program to branch on. */
export type NscaErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'no-init-packet'
  | 'rejected'
  | 'closed'
  | 'unsupported-encryption'
  | 'name-resolution'
  | 'invalid-result'
  | 'invalid-option'
  | 'password'
  | 'aborted'
  | 'listen';

/** Every error of this library. The message says what an administrator can do; it never holds a secret. */
export class NscaError extends Error {
  override readonly name = 'NscaError';

  constructor(
    readonly code: NscaErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What an unknown thrown value says of itself. */
export const reasonOf = (cause: unknown): string =>
  types.isNativeError(cause) ? cause.message : String(cause);
