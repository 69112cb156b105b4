import type { Config } from '../src/config/index.js';
import { dryRunTo, makeDestination, type Destination } from '../src/destinations/index.js';
import { requireNetwork } from './node-permission.js';
import { printed, printLine } from './output/output.js';

/**
 * Where a configuration's results go; in a dry run, to standard output.
 *
 * @throws NscaError a password file that cannot be had; CommandError when Node.js has no network
 */
export function destinationsOf(config: Config, options: { readonly dryRun: boolean }): Destination[] {
  if (options.dryRun) return [dryRunTo(printLine, printed)];
  if (config.destinations.length > 0) requireNetwork();
  return config.destinations.map((settings) => makeDestination(settings, config));
}
