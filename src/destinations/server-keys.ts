import { isIP } from 'node:net';
import * as z from 'zod';
import { key, oneOfKeys, theOne, wants, writtenAs, type JsonSchema } from '../schema/index.js';
import { server } from './server-address.js';

/** Names or addresses of servers that stand for each other, the first of which is to have the results. */
export type Servers = readonly [string, ...string[]];

/** More would make a destination slow to tell that none is there. */
const MOST = 8;

/** A list of servers that stand for each other. */
export function several<Item extends z.ZodType<string>>(item: Item, what: string, example: string) {
  const schema = z
    .tuple([item], item, wants(what, example))
    .refine(
      (list) => list.length <= MOST,
      `has more than ${MOST} servers; keep those that stand for each other`,
    )
    .refine((list) => new Set(list).size === list.length, 'has a server twice; take one of them away');
  return writtenAs(schema, () => ({
    // The first is as the others.
    prefixItems: undefined,
    maxItems: MOST,
    uniqueItems: true,
  }));
}

/** The keys `server:` and `servers:`, for a section whose `transform` calls `theServers()`. */
export const serverKeys = {
  server: key(server.optional(), {
    about: 'a name or an address',
    without: '`servers` in its place',
    example: '192.0.2.1',
  }),
  servers: key(several(server, 'a list of host names or addresses', 'servers: [mon1, mon2]').optional(), {
    about: 'several that [stand for each other](#servers), in a list',
    example: ['mon1', 'mon2'],
  }),
};

/** What JSON Schema has to say of a section with these keys. */
export const oneServer = (): JsonSchema => oneOfKeys(Object.keys(serverKeys));
export const oneUrl = (): JsonSchema => oneOfKeys(['url', 'urls']);

/** The keys `url:` and `urls:`, in the same way. */
export function urlKeys<Url extends z.ZodType<string>>(
  url: Url,
  about: string,
  what: string,
  [first, second]: readonly [string, string],
) {
  return {
    url: key(url.optional(), { about, without: '`urls` in its place', example: first }),
    urls: key(several(url, what, `urls: [${first}, ${second}]`).optional(), {
      about: 'several that [stand for each other](#servers), in a list',
      example: [first, second],
    }),
  };
}

/** What stands at the only one of the two keys that is there: one server, or several. */
export function theServers(
  written: Readonly<Record<string, string | Servers | undefined>>,
  example: string,
  context: z.RefinementCtx,
): Servers {
  const one = theOne(Object.keys(written), written, example, context);
  return typeof one === 'string' ? [one] : one;
}

/** The path of a file, relative to that of the configuration or absolute. */
export function filePath(example: string) {
  const wanted = wants('the path of a file', example);
  return z.string(wanted).regex(/^[^\0]+$/, wanted);
}

/** The key `ca_file:`. */
export function caFileKey(about: string) {
  return key(filePath('ca_file: ca.crt').optional(), {
    about,
    without: 'the authorities of Node.js',
    example: 'ca.crt',
  });
}

/** The key `server_name:`. */
export function serverNameKey(example: string) {
  return key(serverName(`server_name: ${example}`).optional(), {
    about: 'the name in its certificate',
    without: 'the host in `url`',
    example,
  });
}

/** The name in a certificate. An address cannot be one: TLS has no way to ask for it (RFC 6066). */
function serverName(example: string) {
  const wanted = wants('a host name', example);
  return z
    .string(wanted)
    .regex(/^[^\s\p{Cc}:]+$/u, wanted)
    .refine((name) => isIP(name) === 0, wanted);
}
