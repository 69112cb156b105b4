/**
 * The configuration file: YAML in, a typed and parsed `Config` out. It promises that whatever is wrong
 * with a file is told by one `ConfigError` of one line, with the line and column of the first mistake.
 */
export type { Action, Config, Rate, Service } from './config.js';
export type { Path, Position } from './config-error.js';
export { ConfigError } from './config-error.js';
export type { ConfigOptions } from './options.js';
export { configJsonSchema, configKeys } from './json-schema.js';
export { loadConfig, loadInTime, type LoadedInTime } from './load.js';
export { parseConfig } from './parse.js';
export { showConfig } from './show.js';
export { unreadDropIns } from './sources.js';
