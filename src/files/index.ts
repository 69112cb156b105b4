/** Files that are replaced as a whole, and why they cannot be. */
export { codeOf } from './code-of.js';
export { openWithoutWaiting, putAside, readWithoutWaiting } from './without-waiting.js';
export { replaceFile } from './replace-file.js';
