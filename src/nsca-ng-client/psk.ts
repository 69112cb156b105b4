/** TLS with a key that both sides have, and with nothing else: no certificate proves anything here. */
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { bytesOf, type Secret } from '../secrets/index.js';
import { NscaNgError } from './errors.js';

/** What a client has in common with a server: a section `authorize "identity"` there, with this as its password. */
export interface Credentials {
  readonly identity: string;
  /** Its bytes are the key as they are: neither hexadecimal digits nor hashed. */
  readonly key: Secret;
}

/**
 * For TLS 1.2. The last two are what a server has by default, the first what one may have that was told to be strict.
 * Those of TLS 1.3 stay as they are: naming these does not switch it off.
 */
const CIPHERS = [
  'PSK-AES256-GCM-SHA384',
  'PSK-CHACHA20-POLY1305',
  'PSK-AES128-GCM-SHA256',
  'PSK-AES256-CBC-SHA',
  'PSK-AES128-CBC-SHA',
].join(':');

/** Bytes; more, and Node.js 20 says so only when it connects. */
const LONGEST = { identity: 256, key: 512 };

/** @throws NscaNgError `invalid-option` */
export function checkCredentials({ identity, key }: Credentials): void {
  const refuse = (message: string) => {
    throw new NscaNgError('invalid-option', message);
  };
  const size = Buffer.byteLength(identity);
  if (size === 0) refuse("The identity is empty: give the one of the server's authorize section.");
  if (size > LONGEST.identity) refuse(`The identity has ${size} bytes: TLS takes ${LONGEST.identity}.`);
  const secret = bytesOf(key);
  if (!secret)
    return refuse('The key is not a Secret: make it by Secret.fromFile, fromEnvironment or fromText.');
  if (secret.length > LONGEST.key) refuse(`The key has ${secret.length} bytes: TLS takes ${LONGEST.key}.`);
}

/** Of a client. The server has to have the key: a certificate in its place is refused, whoever signed it. */
export function clientOptions({ identity, key }: Credentials): ConnectionOptions {
  return {
    // The type of Node.js wants no less; of what is undefined it makes an error of its own.
    pskCallback: () => ({ identity, psk: bytesOf(key) ?? Buffer.alloc(0) }),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    // Nobody's signature counts, and NODE_TLS_REJECT_UNAUTHORIZED makes no difference.
    ca: [],
    rejectUnauthorized: true,
    // Over TLS 1.2 it is called without a certificate, too.
    checkServerIdentity: (_, certificate) =>
      Object.keys(certificate).length > 0 ? new Error('a certificate in the place of the key') : undefined,
  };
}

/** Of a server. */
export const SERVER_OPTIONS = { minVersion: 'TLSv1.2', ciphers: CIPHERS } as const;

/** Whether a connection stands on the key. TLS 1.3 takes it for that of a session that is resumed. */
export function isProven(socket: TLSSocket): boolean {
  return socket.getProtocol() === 'TLSv1.3'
    ? socket.isSessionReused()
    : socket.getCipher().standardName.startsWith('TLS_PSK_');
}
