import { execFileSync } from 'node:child_process';
import { release } from 'node:os';
import { NODES, type Node } from './nodes.js';
import { CHECKOUT } from './places.js';
import { SUITES, type Outcome, type Suite } from './suites.js';

type Outcomes = ReadonlyMap<Suite, Outcome>;

const BEGIN = '<!-- npm run test:nodes -- --write -->';
const END = '<!-- end -->';
const HEAD = ['Node.js', '`npm run demo`', '`test/cli`', '`test/unit`', 'on', 'commit', 'Linux'];

/** The text with what a run on one Node.js has shown, in the place of what an earlier one has. */
export function withRow(text: string, node: Node, outcomes: Outcomes): string {
  const [before, rest] = text.split(BEGIN);
  const [old, after] = rest?.split(END) ?? [];
  if (before === undefined || old === undefined || after === undefined)
    throw new Error(`there is no place for the table: ${BEGIN} ... ${END}`);
  const rows = new Map(rowsOf(old).map((row) => [row[0], row]));
  rows.set(node, [node, ...SUITES.map((suite) => outcomes.get(suite)?.summary ?? ''), ...when()]);
  // What is tested no more has no row.
  const kept = NODES.map((each) => rows.get(each)).filter((row) => row !== undefined);
  return `${before}${BEGIN}\n\n${formatted([HEAD, ...kept])}\n\n${END}${after}`;
}

function rowsOf(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** As Prettier has it. */
function formatted(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head, ...body] = rows.map(
    (row) => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function when(): string[] {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  return [new Date().toISOString().slice(0, 10), git('rev-parse', '--short', 'HEAD'), release()];
}
