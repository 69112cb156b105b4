/** What went wrong, for a program to branch on. */
export type NrdpErrorCode =
  /** No address, no connection, no TLS, or it went away. */
  | 'unreachable'
  | 'timeout'
  /** The server is not the one whose certificate is trusted. */
  | 'certificate'
  /** Whoever is there, it is not NRDP, or not at this address. */
  | 'no-nrdp'
  /** NRDP says no. */
  | 'refused'
  | 'aborted';

/** Every error of this room. The message is one line that says what to do, and never holds the token. */
export class NrdpError extends Error {
  override readonly name = 'NrdpError';

  constructor(
    readonly code: NrdpErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
