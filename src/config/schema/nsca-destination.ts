import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { NscaDestination } from '../config.js';
import type { ConfigOptions } from '../options.js';
import { section } from './section.js';
import { wants } from './wants.js';

/** What nsca.cfg and send_nsca.cfg come with. */
const defaultPort = 5667;
const defaultEncryption = 'xor';

const server = z
  .string(wants('a host name or an address', 'server: 192.0.2.1'))
  .regex(/^[^\s\p{Cc}]+$/u, wants('a host name or an address', 'server: 192.0.2.1'))
  .refine(
    (name) => !name.includes(':') || isIPv6(name),
    'has a colon; write the port by itself, as port: 5667',
  );

const portWanted = wants('a port from 1 to 65535', 'port: 5667');
const port = z.int(portWanted).min(1, portWanted).max(65535, portWanted);

const passwordFile = z
  .string(wants('the path of a file', 'password_file: nsca.password'))
  .regex(/^[^\0]+$/, wants('the path of a file', 'password_file: nsca.password'));

/** Results to an NSCA daemon. A relative path is taken from `directory`. */
export function nscaDestination(directory: string, options: ConfigOptions) {
  return section('a destination', '{ type: nsca, server: 192.0.2.1 }', {
    type: z.literal('nsca'),
    server,
    port: port.default(defaultPort),
    encryption: encryption(options.encryption).default(defaultEncryption),
    password_file: passwordFile.optional(),
  }).transform(({ password_file: file, ...rest }): NscaDestination => ({
    ...rest,
    ...(file !== undefined && { passwordFile: resolve(directory, file) }),
  }));
}

function encryption(check: ConfigOptions['encryption']) {
  const method = z.union([z.string(), z.int()], wants('an encryption method', 'encryption: xor'));
  return method.superRefine((nameOrNumber, context) => {
    try {
      check?.(nameOrNumber);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
    }
  });
}
