import type { Config } from '../src/config/index.js';
import { dryRun, nscaDestination, type Destination } from '../src/delivery/index.js';
import { createClient, parseEncryption, Password } from '../src/nsca-client/index.js';
import { printed, printLine } from './output.js';

/**
 * Where a configuration's results go; in a dry run, to standard output.
 *
 * @throws NscaError a password file that cannot be had
 */
export function destinationsOf(config: Config, options: { readonly dryRun: boolean }): Destination[] {
  return options.dryRun ? [dryRun(printLine, printed)] : config.destinations.map(toDestination);
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
