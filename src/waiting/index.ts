/** Waiting for somebody else, and for no longer than is said. */
export { within } from './within.js';
