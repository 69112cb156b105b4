/**
 * Who is watched, and what it holds.
 */
export type { Held, HeldGroup } from './held.js';
export { HeldFiles } from './held-files.js';
export { heldLines } from './held-lines.js';
export {
  matchesOf,
  startSelecting,
  type OnAnswer,
  type Selecting,
  type Selector,
  type SelectorLog,
} from './selector.js';
