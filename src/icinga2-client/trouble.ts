import type { PeerCertificate } from 'node:tls';
import { nameless } from '../lookup/index.js';
import { Icinga2Error } from './errors.js';
import { portHint, whereIs, type Target } from './target.js';

/** Node's and OpenSSL's names for a certificate that no known authority has made. */
const NOT_TRUSTED = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** What an error of a connection means, and what to do. */
export function troubleOf(cause: unknown, target: Target): Icinga2Error {
  if (cause instanceof Icinga2Error) return cause;
  const error = cause as NodeJS.ErrnoException;
  const { code = '' } = error;
  const where = whereIs(target);
  if (error.syscall === 'getaddrinfo')
    return new Icinga2Error('name-resolution', nameless(target.host, code), { cause });
  if (BROKEN.has(code))
    return new Icinga2Error(
      'closed',
      `${where} closed the connection without an answer: is Icinga 2 being reloaded, and its API there?`,
      { cause },
    );
  // Of Node's parser of HTTP.
  if (code.startsWith('HPE_'))
    return new Icinga2Error(
      'not-icinga',
      `${where} does not speak HTTP as Icinga's API does (${code}): is it one?${portHint(target)}`,
      { cause },
    );
  return certificateTrouble(error, target) ?? handshakeTrouble(error, target) ?? notReached(error, target);
}

function certificateTrouble(cause: NodeJS.ErrnoException, target: Target): Icinga2Error | undefined {
  const { code = '' } = cause;
  const certificate = `The certificate of ${whereIs(target)}`;
  const clock = `this machine's clock says ${new Date().toISOString().slice(0, 16)}Z`;
  const untrusted = (problem: string) =>
    new Icinga2Error('certificate', `${certificate} ${problem}`, { cause });
  if (code === 'CERT_NOT_YET_VALID')
    return new Icinga2Error(
      'clock',
      `${certificate}, or its authority's, is not valid yet, and ${clock}: set the clock.`,
      { cause },
    );
  if (code === 'CERT_HAS_EXPIRED')
    return untrusted(`has expired, or its authority's has, and ${clock}: renew it.`);
  if (NOT_TRUSTED.has(code))
    return untrusted(
      `is not made by an authority that is known here (${code}): give the ca.crt of that Icinga 2 (ca_file).${portHint(target)}`,
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return untrusted(
      `is not for ${target.serverName ?? target.host}: it names ${namesIn(cause)}; connect by that name, or give it as the server's name (server_name).${portHint(target)}`,
    );
  return undefined;
}

function namesIn(cause: Error & { cert?: Partial<PeerCertificate> }): string {
  const { subjectaltname, subject } = cause.cert ?? {};
  const names = subjectaltname?.replaceAll('DNS:', '').replaceAll('IP Address:', '') ?? subject?.CN;
  return names === undefined ? 'nobody' : inOneLine(String(names));
}

function handshakeTrouble(cause: NodeJS.ErrnoException, target: Target): Icinga2Error | undefined {
  const { code = '' } = cause;
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return undefined;
  const reason = code === 'EPROTO' ? 'EPROTO' : code.slice('ERR_SSL_'.length);
  return new Icinga2Error(
    'tls',
    `${whereIs(target)} and this side find no common TLS (${reason}): is it the port of Icinga's API, and TLS 1.2 or later there?${portHint(target)}`,
    { cause },
  );
}

function notReached(cause: NodeJS.ErrnoException, target: Target): Icinga2Error {
  const reasons =
    cause instanceof AggregateError
      ? (cause.errors as NodeJS.ErrnoException[]).map(({ code, message }) => code ?? message)
      : [cause.code ?? cause.message];
  return new Icinga2Error(
    'unreachable',
    `Cannot connect to ${whereIs(target)} (${inOneLine([...new Set(reasons)].join(', '))}): is Icinga 2 running there with its api feature, on that port?${portHint(target)}`,
    { cause },
  );
}

/** Characters of a server's words that a message has. */
const LONGEST = 200;

/** What another side says, so that a terminal and a log take it. */
export function inOneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return Array.from(line).slice(0, LONGEST).join('');
}
