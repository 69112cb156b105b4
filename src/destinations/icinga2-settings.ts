import { resolve } from 'node:path';
import * as z from 'zod';
import { key, section, unwantedUrl, wants, writtenAs, type JsonSchema } from '../schema/index.js';
import { caFileKey, filePath } from './server-keys.js';
import { oneUrl, theUrls, urlKeys, type ServerUrls } from './server-urls.js';

/** The API of an Icinga 2, or of the masters of one zone. */
export interface Icinga2Settings {
  readonly type: 'icinga2';
  /** `https://HOST:PORT`, and nothing more; one of them gets the results. */
  readonly urls: ServerUrls;
  /** An ApiUser with a password; or else a certificate and its key. Paths are absolute. */
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Who has made the server's certificate; without it, an authority that Node.js knows. */
  readonly caFile?: string | undefined;
}

export function icinga2Schema(directory: string): z.ZodType<Icinga2Settings> {
  const at = (file: string | undefined) => (file === undefined ? undefined : resolve(directory, file));
  const file = (name: string, example: string, about: string) =>
    key(filePath(`${name}: ${example}`).optional(), { about, example });
  const schema = section('a destination', EXAMPLE, {
    type: z.literal('icinga2'),
    ...urlKeys(url(), 'its API, `https://HOST:5665`', 'a list of URLs', [
      'https://mon1:5665',
      'https://mon2:5665',
    ]),
    user: key(user().optional(), {
      about: 'an ApiUser',
      without: '`cert_file` and `key_file` in its place',
      example: 'gw01',
    }),
    password_file: file('password_file', 'api.password', 'its password, beside `user`'),
    cert_file: file('cert_file', 'gw01.crt', 'a certificate for the ApiUser, in place of `user`'),
    key_file: file('key_file', 'gw01.key', 'its key, beside `cert_file`'),
    ca_file: caFileKey("Icinga's `ca.crt`, the certificate of its authority"),
  })
    .superRefine((written, context) => {
      const complain = (key: string, problem: string) => {
        context.addIssue({ code: 'custom', path: [key], message: problem });
      };
      const { user, password_file: password, cert_file: cert, key_file: key } = written;
      if (user !== undefined && password === undefined)
        complain('user', 'has no password_file; write one, such as password_file: api.password');
      if (password !== undefined && user === undefined)
        complain('password_file', 'has no user; write one, such as user: gw01');
      if (cert !== undefined && key === undefined)
        complain('cert_file', 'has no key_file; write one, such as key_file: gw01.key');
      if (key !== undefined && cert === undefined)
        complain('key_file', 'has no cert_file; write one, such as cert_file: gw01.crt');
      if (password !== undefined && cert !== undefined)
        complain('cert_file', 'is beside a password_file; keep one of them');
      if (Object.values({ user, password, cert, key }).every((each) => each === undefined))
        complain(
          written.urls ? 'urls' : 'url',
          'has neither user and password_file nor cert_file and key_file; write one pair, such as user: gw01 and password_file: api.password',
        );
    })
    .transform(
      (
        {
          url,
          urls,
          password_file: passwordFile,
          cert_file: certFile,
          key_file: keyFile,
          ca_file: caFile,
          server_name,
          ...rest
        },
        context,
      ) => ({
        ...rest,
        urls: theUrls({ url, urls, server_name }, URL_EXAMPLE, context),
        passwordFile: at(passwordFile),
        certFile: at(certFile),
        keyFile: at(keyFile),
        caFile: at(caFile),
      }),
    );
  return writtenAs(schema, whoItIs);
}

/** It proves who it is by a password or by a certificate, and not by both. */
const whoItIs = (): JsonSchema => ({
  ...oneUrl(),
  anyOf: [{ required: ['user', 'password_file'] }, { required: ['cert_file', 'key_file'] }],
  dependentRequired: {
    user: ['password_file'],
    password_file: ['user'],
    cert_file: ['key_file'],
    key_file: ['cert_file'],
  },
  not: { required: ['password_file', 'cert_file'] },
});

const EXAMPLE =
  '{ type: icinga2, url: "https://mon1:5665", user: gw01, password_file: api.password, ca_file: ca.crt }';
const URL_EXAMPLE = 'url: https://mon1:5665';
const urlWanted = wants('the URL of an Icinga 2 API', URL_EXAMPLE);

const url = () =>
  writtenAs(
    z.string(urlWanted).transform((written, context) => {
      const parsed = URL.canParse(written) ? new URL(written) : undefined;
      const refuse = (problem: string) => {
        context.addIssue({ code: 'custom', message: problem });
        return z.NEVER;
      };
      if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:')
        return refuse(unwantedUrl(written, 'the URL of an Icinga 2 API', 'url: https://mon1:5665'));
      // What stands in it is not shown: the log has no secrets.
      if (parsed.username !== '' || parsed.password !== '')
        return refuse('has a user or a password in it; write them as user: and password_file:');
      if (parsed.protocol === 'http:')
        return refuse('is without TLS, which Icinga 2 does not answer; write https://');
      if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '')
        return refuse(`has more than a host and a port; write url: ${parsed.origin}`);
      return parsed.origin;
    }),
    () => ({ pattern: String.raw`^\s*[hH][tT]{2}[pP][sS]:[^@]+$` }),
  );

const userWanted = wants('the name of an ApiUser', 'user: gw01');
const user = () =>
  z
    .string(userWanted)
    .min(1, userWanted)
    .regex(
      /^[^:\p{Cc}]*$/u,
      'has a colon or a control character, which no such name can have; rename the ApiUser',
    );
