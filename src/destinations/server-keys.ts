import { isIP } from 'node:net';
import * as z from 'zod';
import { theOne, wants } from '../schema/index.js';
import { server } from './server-address.js';

/** Names or addresses of servers that stand for each other, the first of which is to have the results. */
export type Servers = readonly [string, ...string[]];

/** More would make a destination slow to tell that none is there. */
const MOST = 8;

/** A list of servers that stand for each other. */
export function several<Item extends z.ZodType<string>>(item: Item, what: string, example: string) {
  return z
    .tuple([item], item, wants(what, example))
    .refine(
      (list) => list.length <= MOST,
      `has more than ${MOST} servers; keep those that stand for each other`,
    )
    .refine((list) => new Set(list).size === list.length, 'has a server twice; take one of them away');
}

/** The keys `server:` and `servers:`, for a section whose `transform` calls `theServers()`. */
export const serverKeys = {
  server: server.optional(),
  servers: several(server, 'a list of host names or addresses', 'servers: [mon1, mon2]').optional(),
};

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

/** The name in a certificate. An address cannot be one: TLS has no way to ask for it (RFC 6066). */
export function serverName(example: string) {
  const wanted = wants('a host name', example);
  return z
    .string(wanted)
    .regex(/^[^\s\p{Cc}:]+$/u, wanted)
    .refine((name) => isIP(name) === 0, wanted);
}
