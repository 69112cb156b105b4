import { clip, lengthOf, printable } from '../../text/index.js';

/** A part of a line, with a colour of select graphic rendition (ECMA-48) if it has one. */
export type Part = string | { readonly text: string; readonly colour: number };

export interface LineLayout {
  /** The width of a line, in characters. */
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
    const clipped = signs(clip(printable(whole), room), ascii);
    room -= lengthOf(clipped);
    text += colour === undefined || !colours ? clipped : `\u001b[${colour}m${clipped}\u001b[0m`;
  }
  return text;
}

function signs(text: string, ascii: boolean): string {
  if (!ascii) return text;
  return text
    .replaceAll('µ', 'u')
    .replaceAll('…', '.')
    .replace(/[^ -~]/gu, '?');
}
