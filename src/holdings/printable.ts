import { clipMiddle, pluginText } from '../text/index.js';

/** What a line of 120 characters has room for beside figures. */
const LONGEST = 96;

/**
 * A text that a process or its peer may have chosen, as part of a line of plugin output: without what means something
 * to Nagios, and of a bounded length, by leaving out its middle.
 */
export function printable(text: string): string {
  return clipMiddle(pluginText(text), LONGEST);
}
