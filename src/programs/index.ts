/**
 * Other programs, run without a shell and within bounds: of their time, of what is kept of their output, and of what
 * they see of the agent.
 */
export { askProgram, type Answer } from './ask.js';
export { runBounded, type Bounds, type Ended } from './bounded.js';
export { inheritedEnvironment } from './environment.js';
export { findProgram } from './find.js';
export { KeptProgram, type GivenUp } from './kept.js';
export { startTrouble, troubleOf } from './trouble.js';
