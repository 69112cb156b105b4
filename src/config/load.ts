import type { Config } from './config.js';
import type { ConfigOptions } from './options.js';
import { parseSources } from './parse.js';
import { readSources } from './sources.js';

/**
 * Reads and parses a configuration file, and those in the conf.d beside it.
 *
 * @throws {ConfigError}
 */
export function loadConfig(path: string, options: ConfigOptions = {}): Config {
  return parseSources(readSources(path), options);
}
