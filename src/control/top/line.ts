import { clipColumns, printable, widthOf } from '../../text/index.js';

/** A part of a line, with a colour of select graphic rendition (ECMA-48) if it has one. */
export type Part = string | { readonly text: string; readonly colour: number };

export interface LineLayout {
  /** The width of a line. */
  readonly columns: number;
  readonly colours: boolean;
  /** Only signs that every terminal has. */
  readonly ascii: boolean;
}

/** Reverse video. */
export const INVERSE = 7;
const BOLD = 1;

export const bold = (text: string): Part => ({ text, colour: BOLD });

/** At most as long as there is room. Whatever a process or a server calls itself, nothing of it is an order. */
export function line(parts: readonly Part[], { columns, colours, ascii }: LineLayout): string {
  let room = columns;
  let text = '';
  for (const part of parts) {
    if (room <= 0) break;
    const { text: whole, colour } = typeof part === 'string' ? { text: part, colour: undefined } : part;
    const clipped = asShown(clipColumns(asShown(whole, { ascii }), room), { ascii });
    room -= widthOf(clipped);
    text += colour === undefined || !colours ? clipped : `\u001b[${colour}m${clipped}\u001b[0m`;
  }
  return text;
}

/** A text as the terminal gets it, which has to be known before its columns can be counted. */
export function asShown(text: string, { ascii }: Pick<LineLayout, 'ascii'>): string {
  const shown = printable(text);
  if (!ascii) return shown;
  return shown
    .replaceAll('µ', 'u')
    .replaceAll('…', '.')
    .replace(/[^ -~]/gu, '?');
}

/** As many of the words as there is room for, from the first on, each whole. */
export function fitting(
  words: readonly string[],
  separator: string,
  room: number,
  layout: LineLayout,
): string {
  for (let count = words.length; count > 0; count--) {
    const text = words.slice(0, count).join(separator);
    if (widthOf(asShown(text, layout)) <= room) return text;
  }
  return '';
}
