/** Characters of a first line: the guidelines allow 80, and a space goes between the text and the bar. */
export const LONGEST_TEXT = 79;

/**
 * One line that is safe in a plugin's output. A `|` would begin the perfdata, and Nagios takes a backslash
 * with an n for a newline; a process may name itself anything.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}|\\]/gu, '?');
}

/** At most `length` characters (code points) of the text, the last an ellipsis if any are missing, and at least that. */
export function clip(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : [...characters.slice(0, Math.max(0, length - 1)), '…'].join('');
}

/** In characters (code points). */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}
