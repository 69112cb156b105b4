import type { Config } from './config.js';
import type { ConfigOptions } from './options.js';
import { parseSources } from './parse.js';
import { mustAnswer, UnansweredError } from '../mounts/index.js';
import { readSources, silentDropIns } from './sources.js';

/**
 * Reads and parses a configuration file, and those in the conf.d beside it.
 *
 * @throws {ConfigError}
 */
export function loadConfig(path: string, options: ConfigOptions = {}): Config {
  return parseSources(readSources(path), options);
}

/** What could be read in time. */
export interface LoadedInTime {
  readonly config: Config;
  /** What lies beside the file and did not answer: it was left out. */
  readonly silent: readonly string[];
}

/**
 * As loadConfig(), without waiting in the event loop for what lies beside the file. At the start the file itself is waited
 * for, since nothing goes on without it, and what does not answer beside it is left out. Again, all has to answer.
 *
 * @throws {ConfigError}, UnansweredError
 */
export async function loadInTime(
  path: string,
  options: ConfigOptions,
  again: boolean,
): Promise<LoadedInTime> {
  if (again) await mustAnswer([path]);
  const silent = await silentDropIns(path);
  const [first] = silent;
  if (again && first !== undefined) throw new UnansweredError(first);
  return { config: parseSources(readSources(path, again, new Set(silent)), options), silent };
}
