/** A part of a page in docs/. Texts are in Markdown still. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** The place of a table that `npm run docs` writes. */
  | { readonly kind: 'keys'; readonly which: string };

const ITEM = /^(?:-|\d+\.) +/;
const KEYS = /^<!-- npm run docs: (\S+) -->$/;

/** The blocks of a page, of as much of Markdown as docs/ has. */
export function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  /** The lines from the next one on for which this holds. */
  const take = (holds: (line: string) => boolean): string[] => {
    const end = lines.findIndex((line) => !holds(line));
    return lines.splice(0, end === -1 ? lines.length : end);
  };
  while (lines.length > 0) {
    const [line = ''] = lines;
    const [, which] = KEYS.exec(line) ?? [];
    const [, marks, heading = ''] = /^(#+) (.*)$/.exec(line) ?? [];
    if (line === '') lines.shift();
    else if (which !== undefined) {
      take((each) => each !== '<!-- end -->');
      lines.shift();
      blocks.push({ kind: 'keys', which });
    } else if (marks !== undefined) {
      lines.shift();
      blocks.push({ kind: 'heading', level: marks.length, text: heading });
    } else if (line.startsWith('```')) {
      lines.shift();
      blocks.push({ kind: 'code', text: take((each) => !each.startsWith('```')).join('\n') });
      lines.shift();
    } else if (line.startsWith('|')) blocks.push(tableOf(take((each) => each.startsWith('|'))));
    else if (ITEM.test(line))
      blocks.push(listOf(take((each) => ITEM.test(each) || each === '' || each.startsWith(' '))));
    else blocks.push({ kind: 'paragraph', text: take((each) => each !== '').join(' ') });
  }
  return blocks;
}

function tableOf(lines: readonly string[]): Block {
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
  return { kind: 'table', head, rows };
}

function listOf(lines: readonly string[]): Block {
  const items: string[][] = [];
  for (const line of lines) {
    const [mark] = ITEM.exec(line) ?? [];
    if (mark === undefined) items.at(-1)?.push(line);
    else items.push([line.slice(mark.length)]);
  }
  const ordered = /^\d/.test(lines[0] ?? '');
  const dedented = items.map((item) => item.map((line) => line.replace(ordered ? /^ {3}/ : /^ {2}/, '')));
  return { kind: 'list', ordered, items: dedented.map((item) => blocksOf(item.join('\n'))) };
}

/** A piece of a text within a block. */
export type Piece =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly target: string };

const PIECES = /`(?<code>[^`]+)`|\*\*(?<strong>.+?)\*\*|\[(?<label>[^\]]+)\]\((?<target>[^)]+)\)/g;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    const { code, strong, label = '', target = '' } = match.groups ?? {};
    pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (strong !== undefined) pieces.push({ kind: 'strong', text: strong });
    else pieces.push({ kind: 'link', text: label, target });
    end = match.index + match[0].length;
  }
  pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces.filter((piece) => piece.text !== '');
}
