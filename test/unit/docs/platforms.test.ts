import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { NODES } from '../../nodes/nodes.js';
import { withRow } from '../../nodes/table.js';

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
const rowsOf = (text: string) => text.split('\n').filter((line) => /^\| \d/.test(line));

describe('docs/platforms.md', () => {
  it('is about the versions that are tested, in their order', () => {
    const versions = rowsOf(read('docs/platforms.md')).map((row) => row.split('|')[1]?.trim());
    expect(versions).toEqual(NODES.filter((node) => versions.includes(node)));
  });

  it('gets a row in the place of the older one', () => {
    const outcome = (summary: string) => ({ passed: true, summary, seconds: 1, log: '' });
    const empty = 'above\n<!-- npm run test:nodes -- --write -->\n<!-- end -->\nbelow\n';
    const [first, , third] = NODES;
    const once = withRow(empty, third, new Map([['cli', outcome('1 failed')]]));
    const twice = withRow(once, first, new Map([['demo', outcome('passed')]]));
    const text = withRow(twice, third, new Map([['cli', outcome('2 passed')]]));
    expect(
      rowsOf(text).map((row) =>
        row
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, 5),
      ),
    ).toEqual([
      [first, 'passed', '', ''],
      [third, '', '2 passed', ''],
    ]);
    expect(text).toMatch(/^above\n[^]*\nbelow\n$/);
  });
});

it('the oldest version that is tested is the one that package.json promises', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  expect(NODES[0]).toBe(`${engines.node.replace('>=', '')}.0`);
});
