import { NrdpError, type NrdpErrorCode } from './errors.js';

/** What to do about errors of TLS, by their codes (OpenSSL's X509_V_ERR_, and Node's own). */
const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired, or this machine's clock is ahead",
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: give it as ca_file',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by a CA that is not known here: give it as ca_file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by a CA that is not known here: give it as ca_file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by a CA that is not known here: give it as ca_file',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by a CA that is not known here: give it as ca_file',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: give that as server_name',
};

/** What is known of other errors, by their codes. */
const CONNECTIONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name has no address: check its spelling and this machine's name servers",
  EAI_AGAIN: "the name servers do not answer: check this machine's network",
  ECONNREFUSED: 'nobody listens there: is the web server running, and the port right?',
  ETIMEDOUT: 'no answer: is the address right, and does a firewall let it through?',
  ECONNRESET: 'it has closed the connection without an answer',
  // The clock is set sooner or later: a gateway without a battery starts in 1970.
  CERT_NOT_YET_VALID: "its certificate is not valid yet: is this machine's clock behind?",
  EPROTO: 'it does not speak TLS as it is spoken here: is the url with https: right?',
};

/** An error of a socket, of TLS or of HTTP, in words. */
export function connectionTrouble(error: Error, where: string): NrdpError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const failed = (kind: NrdpErrorCode, words: string) =>
    new NrdpError(kind, `${where}: ${words}`, { cause: error });
  const certificate = CERTIFICATES[code];
  if (certificate !== undefined) return failed('certificate', certificate);
  if (code.startsWith('HPE_')) return failed('no-nrdp', `it does not speak HTTP (${code})`);
  // Of a name with several addresses it has an error for each, and the code of the first.
  const { errors = [error] } = error as { errors?: readonly NodeJS.ErrnoException[] };
  return failed('unreachable', [...new Set(errors.map(wordsOf))].join('; '));
}

const wordsOf = ({ code = '', message }: NodeJS.ErrnoException): string =>
  CONNECTIONS[code] ?? (code || message);
