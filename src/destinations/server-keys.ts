import { isIPv6 } from 'node:net';
import * as z from 'zod';
import { theOne, wants } from '../schema/index.js';

/** Names or addresses of servers that stand for each other, the first of which is to have the results. */
export type Servers = readonly [string, ...string[]];

const server = z
  .string(wants('a host name or an address', 'server: 192.0.2.1'))
  .regex(/^[^\s\p{Cc}]+$/u, wants('a host name or an address', 'server: 192.0.2.1'))
  .refine(
    (name) => !name.includes(':') || isIPv6(name),
    'has a colon; write the port by itself, as port: 5667',
  );

const portWanted = wants('a port from 1 to 65535', 'port: 5667');
export const port = z.int(portWanted).min(1, portWanted).max(65535, portWanted);

/** More would make a destination slow to tell that none is there. */
const MOST = 8;
const listWanted = wants('a list of host names or addresses', 'servers: [mon1, mon2]');

/** The keys `server:` and `servers:`, for a section whose `transform` calls `theServers()`. */
export const serverKeys = {
  server: server.optional(),
  servers: z
    .tuple([server], server, listWanted)
    .refine(
      (list) => list.length <= MOST,
      `has more than ${MOST} servers; keep those that stand for each other`,
    )
    .refine((list) => new Set(list).size === list.length, 'has a server twice; take one of them away')
    .optional(),
};

/** Of `server:` and `servers:` the one that is there. */
export function theServers(
  { server, servers }: { readonly server?: string | undefined; readonly servers?: Servers | undefined },
  context: z.RefinementCtx,
): Servers {
  return theOne<Servers>(
    ['server', 'servers'],
    { server: server === undefined ? undefined : [server], servers },
    'server: 192.0.2.1',
    context,
  );
}
