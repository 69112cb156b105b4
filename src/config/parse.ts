import { dirname } from 'node:path';
import type { Config } from './config.js';
import type { ConfigOptions } from './options.js';
import { configFile } from './schema/config-file.js';
import type { Source } from './sources.js';
import { Whole } from './whole.js';

/**
 * The configuration that `text` means; `file` names it in errors, and its directory is where relative
 * paths start.
 *
 * @throws {ConfigError} about the first thing in the file that is wrong
 */
export function parseConfig(text: string, file: string, options: ConfigOptions = {}): Config {
  return parseSources([{ file, text }], options);
}

/** The same of a file and the drop-ins beside it. */
export function parseSources(sources: readonly Source[], options: ConfigOptions): Config {
  return parseWhole(new Whole(sources), sources[0]?.file ?? '', options);
}

export function parseWhole(whole: Whole, file: string, options: ConfigOptions): Config {
  const result = configFile(dirname(file), options, whole.nameOf).safeParse(whole.value);
  if (result.success) return result.data;
  throw whole.errorOf(result.error.issues);
}
