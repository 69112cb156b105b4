import type { Config } from './config.js';
import type { ConfigOptions } from './options.js';
import { parseSources } from './parse.js';
import { readSources } from './sources.js';

/**
 * Reads and parses a configuration file, and those in the conf.d beside it.
 *
 * @param again it was read before, and nothing may be waited for
 * @throws {ConfigError}
 */
export function loadConfig(path: string, options: ConfigOptions = {}, again = false): Config {
  return parseSources(readSources(path, again), options);
}
