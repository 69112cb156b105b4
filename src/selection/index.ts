/**
 * Who is watched: the kinds of selectors, each with its key in the configuration file and what keeps it true.
 */
export {
  findProcesses,
  matchesOf,
  processSelector,
  selectorText,
  startSelecting,
  type Found,
  type Selector,
} from './kinds.js';
export { addIfThere } from './by-pid.js';
export type { OnAnswer, Selecting, SelectorLog } from './selector.js';
