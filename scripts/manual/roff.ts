/** Pages for man(1), in the macros of man(7). */
import { piecesOf, type Block } from './markdown.js';

/** What a link of a page in docs/ is for who reads a man page: its text, and where to look. In Markdown. */
export type Reference = (label: string, target: string) => string;

/** What only a few characters are for roff; whatever else is not ASCII goes by its number. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
  // A plain one is a hyphen, which nobody can copy into a command.
  '-': '\\-',
};

const numbered = (character: string) =>
  `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** A text as it is, to stand anywhere in a line. */
export function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]|[\\'`^~"-]/gu, (each) => ESCAPES[each] ?? numbered(each));
}

/** A text in Markdown, as a line. */
export function lineOf(text: string, reference: Reference): string {
  const line = piecesOf(text).map((piece) => {
    if (piece.kind === 'text') return escaped(piece.text);
    if (piece.kind === 'link') return lineOf(reference(piece.text, piece.target), reference);
    return bold(piece.kind === 'strong' ? lineOf(piece.text, reference) : escaped(piece.text));
  });
  return notARequest(line.join(''));
}

/** What is within is in bold as well, and does not end it. */
const bold = (line: string) => `\\fB${line.replaceAll(/\\f[BR]/g, '')}\\fR`;

/** A line that begins with a dot would be one; other marks of requests are escaped. */
const notARequest = (line: string) => (line.startsWith('.') ? `\\&${line}` : line);

/** Something and what is to be said of it, indented. @param term a line, @param texts in Markdown */
export function entry(term: string, texts: readonly string[], reference: Reference): string[] {
  return ['.TP', term, ...texts.flatMap((text) => [lineOf(text, reference), '.br']).slice(0, -1)];
}

export function code(text: string): string[] {
  const lines = text.split('\n').map((line) => notARequest(escaped(line)));
  return ['.PP', '.RS 4', '.EX', ...lines, '.EE', '.RE'];
}

/** @param keys the lines of the keys of a section of the file */
export function roffOf(
  blocks: readonly Block[],
  reference: Reference,
  keys: (which: string) => readonly string[],
): string[] {
  const within = (inner: readonly Block[]) => roffOf(inner, reference, keys);
  return blocks.flatMap((block): readonly string[] => {
    switch (block.kind) {
      case 'heading':
        return [`.SS ${lineOf(block.text, reference)}`];
      case 'paragraph':
        return ['.PP', lineOf(block.text, reference)];
      case 'code':
        return code(block.text);
      case 'list':
        return block.items.flatMap(([first, ...others], index) => {
          // The first is beside the mark.
          const [, ...lines] = within(first ? [first] : []);
          const further = others.length === 0 ? [] : ['.RS 4', ...within(others), '.RE'];
          return [block.ordered ? `.IP ${index + 1}. 4` : '.IP \\(bu 2', ...lines, ...further];
        });
      case 'table':
        return tableOf(block, reference);
      case 'keys':
        return keys(block.which);
    }
  });
}

/** A line of a table is its first cell, and under it the others, each after the first with the name of its column. */
function tableOf({ head, rows }: Extract<Block, { kind: 'table' }>, reference: Reference): string[] {
  return rows.flatMap(([first = '', second = '', ...others]) => {
    const named = others.map((cell, index) => (cell === '' ? '' : `${head[index + 2] ?? ''}: ${cell}`));
    const texts = [second, ...named].filter((text) => text !== '');
    return entry(lineOf(first, reference), texts, reference);
  });
}
