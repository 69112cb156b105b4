import type { Config } from '../src/config/index.js';
import { dryRun, nscaDestination, type Destination } from '../src/delivery/index.js';
import { createClient, parseEncryption, Password } from '../src/nsca-client/index.js';
import { requireNetwork } from './node-permission.js';
import { printLine } from './output.js';

/**
 * Where a configuration's results go; in a dry run, to standard output.
 *
 * @throws NscaError a password file that cannot be had; CommandError when Node.js has no network
 */
export function destinationsOf(config: Config, options: { readonly dryRun: boolean }): Destination[] {
  if (options.dryRun) return [dryRun(printLine)];
  if (config.destinations.length > 0) requireNetwork();
  return config.destinations.map(toDestination);
}

function toDestination({
  server,
  port,
  encryption,
  passwordFile,
}: Config['destinations'][number]): Destination {
  const client = createClient({
    server,
    port,
    encryption: parseEncryption(encryption),
    ...(passwordFile !== undefined && { password: Password.fromFile(passwordFile) }),
  });
  return nscaDestination(`nsca ${server}:${port}`, client);
}
