import * as z from 'zod';
import { key, oneOfKeys, theOne, wants, writtenAs, type JsonSchema } from '../schema/index.js';
import { server } from './server-address.js';

/** Names or addresses of servers that stand for each other, the first of which is to have the results. */
export type Servers = readonly [string, ...string[]];

/** More would make a destination slow to tell that none is there. */
export const MOST_SERVERS = 8;

/**
 * A list of servers that stand for each other.
 *
 * @param nameOf what tells one from another
 */
export function several<Item>(
  item: z.ZodType<Item>,
  nameOf: (item: Item) => string,
  what: string,
  example: string,
) {
  const schema = z
    .array(item, wants(what, example))
    .min(1, `is an empty list; write ${what}, such as ${example}`)
    .max(MOST_SERVERS, `has more than ${MOST_SERVERS} servers; keep those that stand for each other`)
    .refine(
      (list) => new Set(list.map(nameOf)).size === list.length,
      'has a server twice; take one of them away',
    )
    .transform((list) => list as [Item, ...Item[]]);
  return writtenAs(schema, () => ({ uniqueItems: true }));
}

/** What the key of such a list means. */
export const SEVERAL = 'several that [stand for each other](#servers), in a list';

/** The keys `server:` and `servers:`, for a section whose `transform` calls `theServers()`. */
export const serverKeys = () => ({
  server: key(server().optional(), {
    about: 'a name or an address',
    without: '`servers` in its place',
    example: '192.0.2.1',
  }),
  servers: key(
    several(
      server(),
      (name) => name,
      'a list of host names or addresses',
      'servers: [mon1, mon2]',
    ).optional(),
    { about: SEVERAL, example: ['mon1', 'mon2'] },
  ),
});

/** What JSON Schema has to say of a section with these keys. */
export const oneServer = (): JsonSchema => oneOfKeys(['server', 'servers']);

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
