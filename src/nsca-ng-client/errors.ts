import { types } from 'node:util';

/** What went wrong, for a program to branch on. */
export type NscaNgErrorCode =
  | 'name-resolution'
  | 'unreachable'
  | 'timeout'
  | 'wrong-key'
  | 'unknown-identity'
  | 'handshake'
  | 'unproven-server'
  | 'not-nsca-ng'
  | 'closed'
  | 'refused'
  | 'invalid-result'
  | 'invalid-option'
  | 'aborted'
  | 'listen';

/** Every error of this library. The message says what an administrator can do; it never holds a secret. */
export class NscaNgError extends Error {
  override readonly name = 'NscaNgError';

  constructor(
    readonly code: NscaNgErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What an unknown thrown value says of itself. */
export const reasonOf = (cause: unknown): string =>
  types.isNativeError(cause) ? cause.message : String(cause);
