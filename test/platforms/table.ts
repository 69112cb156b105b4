/** The tables of docs/platforms.md, whose rows are written by the runs that they tell of. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of this checkout, seen from dist/test/platforms/. */
const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
const PLATFORMS = `${CHECKOUT}docs/platforms.md`;

const END = '<!-- end -->';

/** One of the tables. Its rows are told apart by their first cells. */
export interface Table {
  /** Who writes it; it stands in a comment before the table. */
  readonly command: string;
  readonly head: readonly string[];
  /** How many cells say what a row is of. */
  readonly keys: number;
}

export type Cells = readonly string[];

/**
 * Writes a row in the place of what an earlier run has left of the same.
 *
 * @param place of a row among the others, or -1 of one that is wanted no more
 */
export function writeRow(table: Table, row: Cells, place: (row: Cells) => number): void {
  writeFileSync(PLATFORMS, withRow(readFileSync(PLATFORMS, 'utf8'), table, row, place));
}

/** What a run is of: the commit, with a + if something was changed after that. */
function commitOfCheckout(): string {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs/platforms.md');
  const commit = git('rev-parse', '--short', 'HEAD');
  return changes === '' ? commit : `${commit}+`;
}

/** Asked when a run begins, since it may take an hour. */
const COMMIT = commitOfCheckout();

/** The last cells of a row: the day and the commit of a run. */
export function whenAndWhat(): readonly [day: string, commit: string] {
  return [new Date().toISOString().slice(0, 10), COMMIT];
}

/** The text with a row in one of its tables; of one place, new ones come last. */
export function withRow(text: string, table: Table, row: Cells, place: (row: Cells) => number): string {
  const begin = `<!-- ${table.command} -->`;
  const [before, rest] = text.split(begin);
  const [old, ...after] = rest?.split(END) ?? [];
  if (before === undefined || old === undefined || after.length === 0)
    throw new Error(`there is no place for the table: ${begin} ... ${END}`);
  const keyOf = (cells: Cells) => cells.slice(0, table.keys).join('|');
  const rows = new Map(rowsOf(old).map((cells) => [keyOf(cells), cells]));
  rows.set(keyOf(row), row);
  const kept = [...rows.values()].filter((cells) => place(cells) >= 0).sort((a, b) => place(a) - place(b));
  return `${before}${begin}\n\n${formatted([table.head, ...kept])}\n\n${END}${after.join(END)}`;
}

/** Without the head and the line below it. */
function rowsOf(table: string): Cells[] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** As Prettier has it. */
function formatted(rows: readonly Cells[]): string {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const [head, ...body] = rows.map(
    (row) => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}
