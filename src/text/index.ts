/** Texts that people read: what is safe where, how long, and how a time is written. */
export { inAList } from './arguments.js';
export { clipColumns, padColumns, widthOf } from './columns.js';
export { durationName } from './duration.js';
export { clip, clipMiddle, lengthOf, pluginText, printable } from './text.js';
