/**
 * Pieces that schemas of the configuration file are made of. They promise that whatever is wrong is told by one
 * issue, `what is wrong; what to do`, with an example of what can be written.
 */
export { absolutePath, longestPath, pathProblem } from './absolute-path.js';
export { argument, argumentList } from './argument-list.js';
export { DURATION, duration, durationOf, type DurationBounds } from './duration.js';
export {
  inAnyCase,
  jsonSchemaOf,
  key,
  oneOfKeys,
  published,
  withoutLinks,
  writtenAs,
  type JsonSchema,
  type KeyText,
} from './json-schema.js';
export { nearest } from './nearest.js';
export { once } from './once.js';
export { parsed, Problem } from './parsed.js';
export { section } from './section.js';
export { theOne } from './the-one.js';
export { unitName } from './unit-name.js';
export { found, unwanted, unwantedUrl, wants } from './wants.js';
