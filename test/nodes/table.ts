import { execFileSync } from 'node:child_process';
import { release } from 'node:os';
import type { Node } from './nodes.js';
import { CHECKOUT } from './places.js';
import type { Outcome, Suite } from './suites.js';

/** A version of Node.js, and how each suite went on it. */
export interface Row {
  readonly node: Node;
  readonly outcomes: ReadonlyMap<Suite, Outcome>;
}

const BEGIN = '<!-- npm run test:nodes -- --write -->';
const END = '<!-- end -->';

/** What was run, when, on what, and how it went. */
export function table(rows: readonly Row[]): string {
  const today = new Date().toISOString().slice(0, 10);
  const what = `On ${today}, commit ${commit()}, Linux ${release()}, ${process.arch}.`;
  const cells = rows.map(({ node, outcomes }) =>
    [node, ...(['demo', 'cli', 'unit'] as const).map((suite) => outcomes.get(suite)?.summary ?? '')].map(
      (cell) => cell.replaceAll('|', '\\|'),
    ),
  );
  const lines = [['Node.js', '`npm run demo`', '`test/cli`', '`test/unit`'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const row = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [what, '', row(head), rule, ...body.map(row)].join('\n');
}

/** The text with the table in the place of the one before. */
export function withTable(text: string, newTable: string): string {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`no place for the table: ${BEGIN} ... ${END}`);
  return `${before}${BEGIN}\n\n${newTable}\n\n${END}${after}`;
}

function commit(): string {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain') === '' ? '' : ' and changes';
  return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
}
