/** The keys of a server that is told by its URL. */
import { isIP } from 'node:net';
import * as z from 'zod';
import {
  jsonSchemaOf,
  key,
  oneOfKeys,
  section,
  theOne,
  wants,
  writtenAs,
  type JsonSchema,
} from '../schema/index.js';
import { several, SEVERAL } from './server-keys.js';

/** A server by its URL. */
export interface ServerUrl {
  readonly url: string;
  /** The name in its certificate, if that is not the one in its URL. */
  readonly serverName?: string | undefined;
}

/** Servers that stand for each other, the first of which is to have the results. */
export type ServerUrls = readonly [ServerUrl, ...ServerUrl[]];

/** The keys `url:`, `urls:` and `server_name:`, for a section whose `transform` calls `theUrls()`. */
export function urlKeys(
  url: z.ZodType<string>,
  about: string,
  what: string,
  [first, second]: readonly [string, string],
) {
  const urls = several(serverUrl(url, about, first), (each) => each.url, what, `urls: [${first}, ${second}]`);
  return {
    url: key(url.optional(), { about, without: '`urls` in its place', example: first }),
    urls: key(urls.optional(), {
      about: `${SEVERAL}; one with another name in its certificate is \`{ url: …, server_name: … }\``,
      example: [first, second],
    }),
    server_name: serverNameKey(
      'the name in its certificate; beside `urls`, in that of each without one of its own',
      'the host in `url`',
    ),
  };
}

/** One of `urls:`. What is wrong with it is told by the form that it has. */
function serverUrl(url: z.ZodType<string>, about: string, example: string): z.ZodType<ServerUrl> {
  const named = section('a server', `{ url: ${example}, server_name: ${NAME} }`, {
    url: key(url, { about, example }),
    server_name: serverNameKey('the name in its certificate', 'the `server_name` beside `urls`'),
  }).transform(({ url, server_name: serverName }): ServerUrl => ({
    url,
    ...(serverName !== undefined && { serverName }),
  }));
  const plain = url.transform((url): ServerUrl => ({ url }));
  const schema = z.unknown().transform((written, context): ServerUrl => {
    const isSection = written instanceof Object && !Array.isArray(written);
    const { data, error } = (isSection ? named : plain).safeParse(written);
    for (const issue of error?.issues ?? []) context.addIssue({ ...issue });
    return data ?? z.NEVER;
  });
  return writtenAs(schema, () => ({ anyOf: [jsonSchemaOf(url), jsonSchemaOf(named)] }));
}

/** What JSON Schema has to say of a section with these keys. */
export const oneUrl = (): JsonSchema => oneOfKeys(['url', 'urls']);

/** What stands at the only one of `url` and `urls` that is there, each with the name in its certificate. */
export function theUrls(
  written: {
    readonly url?: string | undefined;
    readonly urls?: ServerUrls | undefined;
    readonly server_name?: string | undefined;
  },
  example: string,
  context: z.RefinementCtx,
): ServerUrls {
  const { url, urls, server_name: serverName } = written;
  const named = (each: ServerUrl): ServerUrl => (serverName === undefined ? each : { serverName, ...each });
  const lists: Record<string, ServerUrls | undefined> = {
    url: url === undefined ? undefined : [named({ url })],
    urls: urls && [named(urls[0]), ...urls.slice(1).map(named)],
  };
  return theOne(['url', 'urls'], lists, example, context);
}

/** For the name of a destination. */
export function urlsText(urls: ServerUrls): string {
  return urls.map(({ url }) => url).join(', ');
}

/** Of an IPv6 address the brackets are the URL's. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');

export const hostsOf = (urls: ServerUrls): string[] => urls.map(({ url }) => hostOf(url));

const NAME = 'mon1.example.org';

function serverNameKey(about: string, without: string) {
  return key(serverName().optional(), { about, without, example: NAME });
}

const nameWanted = wants('a host name', `server_name: ${NAME}`);

/** The name in a certificate. An address cannot be one: TLS has no way to ask for it (RFC 6066). */
const serverName = () =>
  z
    .string(nameWanted)
    .regex(/^[^\s\p{Cc}:]+$/u, nameWanted)
    .refine((name) => isIP(name) === 0, nameWanted);
