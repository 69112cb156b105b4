/**
 * What went wrong, for a program to branch on.
 *
 * - `name-resolution`, `unreachable`, `timeout`, `closed`, `unavailable`: it may go better soon. After the last three,
 *   and before it is known what became of a result, the server may have taken it.
 * - `clock`: the server's certificate is not valid yet, most likely since this machine's clock was never set.
 * - `certificate`, `tls`, `unauthorized`, `forbidden`, `not-icinga`: nothing gets through until somebody mends the
 *   configuration of one side.
 * - `invalid-result`, `invalid-option`: what the caller gave cannot be used, and was not sent.
 */
export type Icinga2ErrorCode =
  | 'name-resolution'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'unavailable'
  | 'clock'
  | 'certificate'
  | 'tls'
  | 'unauthorized'
  | 'forbidden'
  | 'not-icinga'
  | 'invalid-result'
  | 'invalid-option'
  | 'aborted';

/** Every error of this library. The message says what an administrator can do; it never holds a secret. */
export class Icinga2Error extends Error {
  override readonly name = 'Icinga2Error';

  constructor(
    readonly code: Icinga2ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
