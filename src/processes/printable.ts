/** What a line of 120 characters has room for beside figures. */
const LONGEST = 96;

/**
 * A text that a process or its peer may have chosen, as part of a line of plugin output: without control
 * characters, `|` and backslash, which mean something to Nagios, and of a bounded length, by leaving out
 * its middle.
 */
export function printable(text: string, longest = LONGEST): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}|\\]/gu, '?');
  const characters = Array.from(safe);
  if (characters.length <= longest) return safe;
  const half = (longest - 1) / 2;
  return [...characters.slice(0, Math.ceil(half)), '…', ...characters.slice(-Math.floor(half))].join('');
}
