import type { Config } from '../src/config/index.js';
import {
  dryRunTo,
  filesOf,
  makeDestination,
  namesAsked,
  type Destination,
} from '../src/destinations/index.js';
import { giveThreads } from '../src/lookup/index.js';
import { mustAnswer } from '../src/mounts/index.js';
import { requireNetwork } from './node-permission.js';
import { printed, printLine } from './output/output.js';

/**
 * As destinationsOf(), for an agent.
 *
 * @param again whoever has their files has to answer now
 * @throws UnansweredError as well
 */
export async function destinationsForAgent(
  config: Config,
  options: { readonly dryRun: boolean },
  again: boolean,
): Promise<Destination[]> {
  if (again && !options.dryRun) await mustAnswer(config.destinations.flatMap(filesOf));
  return destinationsOf(config, { ...options, isAnswered: again });
}

/**
 * Where a configuration's results go; in a dry run, to standard output.
 *
 * @param options.isAnswered whoever has the files of the destinations has just answered
 * @throws NscaError a password file that cannot be had; CommandError when Node.js has no network
 */
export function destinationsOf(
  config: Config,
  options: { readonly dryRun: boolean; readonly isAnswered?: boolean },
): Destination[] {
  if (options.dryRun) return [dryRunTo(printLine, printed)];
  if (config.destinations.length > 0) requireNetwork();
  giveThreads(namesAsked(config.destinations));
  return config.destinations.map((settings) => makeDestination(settings, config, options.isAnswered));
}
