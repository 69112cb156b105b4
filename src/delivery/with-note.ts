/** A plugin's first line has at most 80 characters before the `|`, and one of them is a space. */
const LONGEST = 79;

/** Inserts a note before the perfdata of the first line; where there is no room for both, the text gives way. */
export function withNote(output: string, note: string): string {
  const [first = '', ...rest] = output.split('\n');
  const bar = first.indexOf('|');
  const text = Array.from((bar < 0 ? first : first.slice(0, bar)).trimEnd());
  const room = LONGEST - note.length - 1;
  const clipped = text.length <= room ? text : [...text.slice(0, room - 1), '…'];
  const noted = `${clipped.join('')} ${note}`;
  return [bar < 0 ? noted : `${noted} ${first.slice(bar)}`, ...rest].join('\n');
}
