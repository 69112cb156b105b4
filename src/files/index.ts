/** Files that are replaced as a whole, among them those that an agent keeps for itself, and why they cannot be. */
export { codeOf } from './code-of.js';
export { OwnFile, type OwnPlace } from './own-file.js';
export { readWithoutWaiting } from './without-waiting.js';
export { replaceFile } from './replace-file.js';
