/**
 * What a reading means to Nagios: thresholds, the levels they need, the state of a service, and the text
 * and perfdata of a result. Pure: no clock, no I/O. It promises that a threshold's verdict changes exactly
 * at its levels; that a service gets worse at once, gives at most ten results a second otherwise, and ends
 * with a true one; and that an output's first line has at most 80 characters before the `|`.
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
export { returnCode, severity, STATE_COLOURS } from './state.js';
export type { NamedProcess } from './process.js';
export type { Perfdata } from './perfdata.js';
export type { Cause, MemberStatus, ServiceResult, ServiceStatus, Worst } from './result.js';
export { isNews, serviceKey, withExplanation } from './result.js';
export {
  firstLine,
  firstText,
  isLate,
  namedText,
  outputLines,
  parseOutputLines,
  perfdataTexts,
  pluginOutput,
} from './plugin-output.js';
export { resultFromJson, resultToJson, type ResultJson } from './result-json.js';
export { lineOf, parseResultLine, resultLine, type ReadResult } from './result-line.js';
export type { ServiceDefinition } from './service.js';
export { Service } from './service.js';
export { Roster } from './roster.js';
