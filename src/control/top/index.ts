/** The live view as lines of a terminal, and what its keys do. Only texts: nothing here knows a terminal. */
export { crossingText } from './crossings.js';
export { topFrame } from './frame.js';
export { nextView, OVERVIEW, type TopKey, type TopView } from './view.js';
