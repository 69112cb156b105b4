/**
 * Files that are replaced as a whole, among them those that an agent keeps for itself, and why they cannot be; and what
 * the times in them are, if the clock was set since.
 */
export { codeOf } from './code-of.js';
export { OwnFile, type OwnPlace } from './own-file.js';
export { readWithoutWaiting } from './without-waiting.js';
export { replaceFile } from './replace-file.js';
export { isSameBoot, isSavedAt, savedNow, setSince, type SavedAt } from './saved-at.js';
