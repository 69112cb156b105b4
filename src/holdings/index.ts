/**
 * What processes hold: their descriptors, grouped by what they are open on, and what they held while all was well.
 */
export { HeldFiles, type HeldWay } from './files.js';
export type { Held, HeldGroup } from './held.js';
export { Holdings, type HeldReader } from './holdings.js';
export { heldLines } from './lines.js';
