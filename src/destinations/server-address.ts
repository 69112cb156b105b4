/** The keys of a server that is told by its name or address and its port. */
import { isIPv6 } from 'node:net';
import * as z from 'zod';
import { key, wants } from '../schema/index.js';

export const server = () =>
  z
    .string(wants('a host name or an address', 'server: 192.0.2.1'))
    .regex(/^[^\s\p{Cc}]+$/u, wants('a host name or an address', 'server: 192.0.2.1'))
    .refine(
      (name) => !name.includes(':') || isIPv6(name),
      'has a colon; write the port by itself, with the key port',
    );

/** @param usual the port that its kind of server has */
export function portKey(usual: number) {
  const wanted = wants('a port from 1 to 65535', `port: ${usual}`);
  return key(z.int(wanted).min(1, wanted).max(65535, wanted).default(usual), { about: 'of the server' });
}
