import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { kernels } from '../../../rig/guests/kernels.js';
import { summaryOf } from '../../debian/summary.js';
import { modesOf } from '../../kernels/table.js';
import { NODES } from '../../nodes/nodes.js';
import { type Table, withRow } from '../../platforms/table.js';

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');

/** The cells of the table that a command writes. */
function rowsOf(text: string, command: string): string[][] {
  const table = text.split(`<!-- ${command} -->`)[1]?.split('<!-- end -->')[0] ?? '';
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  return lines.slice(2).map((line) => cells(line).slice(1, -1));
}

describe('docs/platforms.md', () => {
  const text = read('docs/platforms.md');

  it('is about versions of Node.js that are tested, in their order', () => {
    const versions = rowsOf(text, 'npm run test:nodes -- --write').map(([version]) => version);
    expect(versions).not.toEqual([]);
    expect(versions).toEqual(NODES.filter((node) => versions.includes(node)));
  });

  it('is about kernels that are tested', () => {
    const told = rowsOf(text, 'npm run test:kernels -- --write').map(
      ([name, machine]) => `${name} ${machine}`,
    );
    expect(told).not.toEqual([]);
    expect(kernels.map(({ name, architecture }) => `${name} ${architecture}`)).toEqual(
      expect.arrayContaining(told),
    );
  });
});

const COLOURS: Table = { command: 'paint', head: ['wall', 'colour', 'by'], keys: 2 };
const EMPTY = 'above\n<!-- paint -->\n<!-- end -->\nbelow\n<!-- other -->\n\n| a |\n\n<!-- end -->\n';

it('a row of a table comes in the place of the older one of the same', () => {
  const rows = [
    ['north', 'red', 'Ann'],
    ['south', 'red', 'Bob'],
    ['north', 'blue', 'Bob'],
    ['north', 'red', 'Cleo'],
  ];
  const text = rows.reduce((before, row) => withRow(before, COLOURS, row, () => 0), EMPTY);
  expect(rowsOf(text, 'paint')).toEqual([rows[3], rows[1], rows[2]]);
  expect(text).toMatch(/^above\n[^]*\nbelow\n<!-- other -->\n\n\| a \|\n\n<!-- end -->\n$/);
});

it('the rows have an order, and one of what is tested no more goes', () => {
  const walls = ['east', 'south', 'west'];
  const place = ([wall = '']: readonly string[]) => walls.indexOf(wall);
  const rows = [
    ['north', 'red', 'Ann'],
    ['west', 'red', 'Ann'],
    ['south', 'red', 'Bob'],
  ];
  const text = rows.reduce((before, row) => withRow(before, COLOURS, row, place), EMPTY);
  expect(rowsOf(text, 'paint')).toEqual([rows[2], rows[1]]);
});

it('a table that is not there is told of', () => {
  expect(() => withRow('above\n', COLOURS, ['north', 'red', 'Ann'], () => 0)).toThrow(
    'there is no place for the table: <!-- paint --> ... <!-- end -->',
  );
});

it('the counts of each attach mode are read from the output of a guest', () => {
  const output = [
    '-- attach mode auto',
    'PASS dist/test/kernel/levels.test.js',
    'Tests:       15 passed, 15 total',
    '-- attach mode kprobe',
    'Tests:       1 failed, 2 skipped, 12 passed, 15 total',
    '-- attach mode tracepoint',
    'PASS dist/test/kernel/levels.test.js',
  ].join('\n');
  expect(modesOf(output)).toEqual([
    { mode: 'auto', counts: { passed: 15, failed: 0 } },
    { mode: 'kprobe', counts: { passed: 12, failed: 1 } },
    { mode: 'tracepoint', counts: undefined },
  ]);
});

it.each([
  [0, 'no test ran here', 'passed'],
  [
    1,
    'Tests:       1 failed, 12 passed, 13 total\nTests:       3 passed, 3 total',
    'status 1; 1 failed, 12 passed; 3 passed',
  ],
])('what a command in another Debian came to is told in a few words: status %d', (status, output, told) => {
  expect(summaryOf(status, output)).toBe(told);
});

it('the oldest version that is tested is the one that package.json promises', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  expect(NODES[0]).toBe(`${engines.node.replace('>=', '')}.0`);
});
