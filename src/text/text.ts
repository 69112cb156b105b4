/** Most texts are of nothing else, and need not be taken apart. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** One line that a terminal and a log take as it is; a process may name itself anything. */
export function printable(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}

/**
 * One line that is safe in a plugin's output, too. A `|` would begin the perfdata, and Nagios takes a backslash with
 * an n for a newline.
 */
export function pluginText(text: string): string {
  return printable(text).replace(/[|\\]/g, '?');
}

/** At most `length` characters (code points) of the text, the last an ellipsis if any are missing, and at least that. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text);
  return characters.length <= length ? text : [...characters.slice(0, Math.max(0, length - 1)), '…'].join('');
}

/** At most `length` characters of the text: its beginning and its end, and an ellipsis for the middle. */
export function clipMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const half = (length - 1) / 2;
  return [...characters.slice(0, Math.ceil(half)), '…', ...characters.slice(-Math.floor(half))].join('');
}

/** In characters (code points). */
export function lengthOf(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : Array.from(text).length;
}
