import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Icinga2Error } from './errors.js';
import type { Target } from './target.js';

export interface Icinga2ClientOptions extends Target {
  /** In PEM: who has made the server's certificate. Default: the authorities that Node.js knows. */
  readonly ca?: string | undefined;
  /** An ApiUser and its password; or else the next two. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A certificate, whose common name is an ApiUser's `client_cn`, and its key, in PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds for finding the server's addresses, connecting and the TLS handshake. Default: 10000. */
  readonly connectTimeout?: number;
  /** Milliseconds for a question and its answer, with the connection if need be. Default: 20000. */
  readonly timeout?: number;
  /** Milliseconds to keep a connection without a question; Icinga itself hangs up after 10 s. Default: 8000. */
  readonly idleTimeout?: number;
  /**
   * The server has ended or broken a connection, or is about to. Icinga 2.13 saves its state before it stops
   * answering: what it took shortly before may be lost, and has to be sent again. `since` is when it may have stopped,
   * in milliseconds of `performance.now()`: when it was asked what it has left unanswered, or now if that was nothing.
   */
  readonly onBroken?: (since: number) => void;
}

/** @throws Icinga2Error `invalid-option` */
export function checkOptions(options: Icinga2ClientOptions): void {
  const { host, port, user, password, ca, cert, key } = options;
  if (host === '') throw invalid('The host is empty: give a name or an address.');
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw invalid(`The port ${port} is not one of 1 to 65535.`);
  for (const name of ['connectTimeout', 'timeout', 'idleTimeout'] as const) {
    const { [name]: ms = 1 } = options;
    // Node's timers take no longer time than this.
    if (!(ms > 0 && ms < 2 ** 31)) throw invalid(`The ${name} of ${ms} ms is not between 0 and 2147483647.`);
  }
  if ((user === undefined) !== (password === undefined))
    throw invalid('A user and a password belong together: give both.');
  // What a colon ends (RFC 7617).
  if (user?.includes(':') === true)
    throw invalid('The user has a colon, which no name in an HTTP header can.');
  if ((cert === undefined) !== (key === undefined))
    throw invalid('A certificate and its key belong together: give both.');
  if (ca !== undefined)
    for (const one of certificatesIn(ca, 'The authority')) certificateOf(one, 'The authority');
  if (cert !== undefined && key !== undefined) checkPair(cert, key);
}

function checkPair(cert: string, key: string): void {
  const [first = ''] = certificatesIn(cert, 'The client');
  const certificate = certificateOf(first, 'The client');
  let belongs: boolean;
  try {
    belongs = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    // OpenSSL's own words may show what is in it.
    throw invalid('The key of the client is no private key in PEM, or is locked by a passphrase.', cause);
  }
  if (!belongs) throw invalid("The key of the client is not that of the client's certificate.");
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

function certificatesIn(pem: string, whose: string): string[] {
  const found = pem.match(CERTIFICATE);
  if (!found) throw invalid(`${whose} has no certificate in PEM (-----BEGIN CERTIFICATE-----).`);
  return [...found];
}

function certificateOf(pem: string, whose: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid(`${whose} has a certificate that is damaged.`, cause);
  }
}

const invalid = (message: string, cause?: unknown) => new Icinga2Error('invalid-option', message, { cause });
