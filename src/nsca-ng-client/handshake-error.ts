import { NscaNgError } from './errors.js';

/** What each alert of a server means (seen with nsca-ng 1.6 over TLS 1.3 and 1.2, RFC 8446 6.2, RFC 4279 2). */
const WRONG_KEY = [20, 47, 51];
const UNKNOWN_IDENTITY = 115;
const NOTHING_IN_COMMON = [40, 70, 71];

/** Why a handshake has failed. Codes of Node.js differ between its versions; the number of the alert does not. */
export function handshakeError(cause: NodeJS.ErrnoException, where: string, identity: string): NscaNgError {
  const error = (code: NscaNgError['code'], message: string) =>
    new NscaNgError(code, `${where} ${message}`, { cause });
  const id = JSON.stringify(identity);
  const alert = Number(/SSL alert number (\d+)/.exec(cause.message)?.[1] ?? NaN);
  if (WRONG_KEY.includes(alert))
    return error(
      'wrong-key',
      `refuses the key: it is not the password of authorize ${id} in its nsca-ng.cfg.`,
    );
  if (alert === UNKNOWN_IDENTITY)
    return error(
      'unknown-identity',
      `does not know the identity ${id}: add authorize ${id} to its nsca-ng.cfg.`,
    );
  if (NOTHING_IN_COMMON.includes(alert)) {
    return error(
      'handshake',
      `does not know the identity ${id}, or has no cipher in common (it does not say which): see authorize and tls_ciphers in its nsca-ng.cfg.`,
    );
  }
  if (['ECONNRESET', 'EPIPE'].includes(cause.code ?? ''))
    return error(
      'unreachable',
      'closed the connection before it was secured: does a proxy or hosts.allow refuse it?',
    );
  if (cause.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || cause.code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return error(
      'not-nsca-ng',
      'does not speak TLS: is it the port of nsca-ng (5668), and not of nsca (5667)?',
    );
  // What Node.js says of a certificate is no system error and none of its own.
  if (!/^(?:E[A-Z]+$|ERR_(?!TLS_CERT))/.test(cause.code ?? '')) return unprovenServer(where, cause);
  return error(
    'handshake',
    `could not be agreed with on TLS (${cause.code ?? cause.message}): is it nsca-ng?`,
  );
}

export const unprovenServer = (where: string, cause?: unknown): NscaNgError =>
  new NscaNgError(
    'unproven-server',
    `${where} does not prove that it has the key: nothing was sent to it. Is it nsca-ng, and is nobody in between?`,
    { cause },
  );
