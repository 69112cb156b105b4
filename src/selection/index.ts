/**
 * Who is watched: the kinds of selectors, each with its key in the configuration file and what keeps it true.
 */
export { matchesOf, processSelector, startSelecting, type Selector } from './kinds.js';
export type { OnAnswer, Selecting, SelectorLog } from './selector.js';
