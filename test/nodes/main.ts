/** npm run test:nodes: the demo, test/cli and test/unit on each version of Node.js, a line for each version. */
import { spawnSync } from 'node:child_process';
import type { Node } from './nodes.js';
import { parseOptions, usage, UsageError } from './options.js';
import { CHECKOUT } from './places.js';
import { runSuite, type Outcome, type Suite } from './suites.js';
import { writeNode } from './table.js';

/** Answers with the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const { nodes, suites, quick, write } = options;
  const { status } = spawnSync('sh', ['scripts/setup', 'nodes', ...nodes], {
    cwd: CHECKOUT,
    stdio: 'inherit',
  });
  if (status !== 0) return 3;
  let failures = 0;
  for (const node of nodes) {
    const outcomes = await outcomesOn(node, suites, quick);
    const failed = [...outcomes.values()].filter(({ passed }) => !passed);
    for (const { log } of failed) process.stderr.write(`test:nodes: failed, see ${log}.log\n`);
    failures += failed.length;
    if (write) writeNode(node, outcomes, quick);
  }
  return failures === 0 ? 0 : 1;
}

async function outcomesOn(
  node: Node,
  suites: readonly Suite[],
  quick: boolean,
): Promise<Map<Suite, Outcome>> {
  const outcomes = new Map<Suite, Outcome>();
  process.stdout.write(`Node.js ${node}`);
  for (const suite of suites) {
    const outcome = await runSuite(node, suite, { quick });
    outcomes.set(suite, outcome);
    process.stdout.write(`  ${suite}: ${outcome.summary} (${outcome.seconds} s)`);
  }
  process.stdout.write('\n');
  return outcomes;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`test:nodes: ${error.message}\n`);
  process.exitCode = 2;
}
