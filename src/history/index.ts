/**
 * What has happened to services: their last crossings, in a file in the state directory. It promises that it is
 * bounded, that it costs an agent to which something happens a line in memory, and one at rest nothing, and that a
 * damaged file is told and keeps nobody from beginning.
 */
export type { Crossing, KeptCrossing, ServiceHistory } from './crossing.js';
export { History } from './history.js';
export { historyText, type HistoryLayout } from './history-text.js';
export { historyFile } from './place.js';
export { HistoryError, readHistory } from './read.js';
