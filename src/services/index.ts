/**
 * What a reading means to Nagios: thresholds, the levels they need, the state of a service, and the text
 * and perfdata of a result. Pure: no clock, no I/O. It promises that a threshold's verdict changes exactly
 * at its levels, and that an output is one line with at most 80 characters before the `|`.
 */
export type { Bound } from './bound.js';
export type { Range } from './range.js';
export { InvalidRangeError, parseRange } from './range.js';
export { alerts } from './alerts.js';
export { levelAt, levelsOf } from './level.js';
export type { Thresholds } from './thresholds.js';
export { stateOf } from './thresholds.js';
export { resources } from './resource.js';
export type { State } from './state.js';
export { returnCode } from './state.js';
export type { NamedProcess } from './result-text.js';
export { cannotWatchText, endedText, lostText, resultText } from './result-text.js';
export type { ServiceDefinition, ServiceResult } from './service.js';
export { Service } from './service.js';
export { Roster } from './roster.js';
