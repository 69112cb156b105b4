import { release } from 'node:os';
import { type Table, whenAndWhat, writeRow } from '../platforms/table.js';
import { NODES, type Node } from './nodes.js';
import { SUITES, type Outcome, type Suite } from './suites.js';

const TABLE: Table = {
  command: 'npm run test:nodes -- --write',
  head: ['Node.js', '`npm run demo`', '`test/cli`', '`test/unit`', 'on', 'commit', 'Linux'],
  keys: 1,
};

/** Writes what a run on one Node.js has shown; what was not run has nothing in its cell. */
export function writeNode(node: Node, outcomes: ReadonlyMap<Suite, Outcome>, quick: boolean): void {
  const cellOf = (suite: Suite) => {
    const summary = outcomes.get(suite)?.summary ?? '';
    return quick && summary !== '' && suite !== 'demo' ? `${summary} (quick)` : summary;
  };
  const row = [node, ...SUITES.map(cellOf), ...whenAndWhat(), release()];
  writeRow(TABLE, row, ([version = '']) => (NODES as readonly string[]).indexOf(version));
}
