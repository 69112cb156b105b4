/**
 * Runs all that is compiled of test/, for `npm test`: three suites at a time, and then those by themselves that look at the
 * whole machine, load it or measure it (table.ts). The second part is run as well where the first has failed.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupsOf, suitesIn } from './groups.js';
import { AT_A_TIME } from './table.js';

const TESTS = 'dist/test';
/** What scripts/gather-unit-tests.ts has made of test/unit. */
const UNIT = 'dist/unit-tests';
const END = '.test.js';

interface Report {
  readonly testResults: readonly unknown[];
}

/** Whether all passed. */
function run(name: string, files: readonly string[], atATime: number): boolean {
  const report = join(UNIT, `${name}.json`);
  const began = performance.now();
  const { status } = spawnSync(
    'npm',
    [
      ...['run', '--silent', 'jest', '--'],
      ...['--roots', TESTS, '--roots', UNIT, `--maxWorkers=${atATime}`, '--json', `--outputFile=${report}`],
      ...['--runTestsByPath', ...files],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status === null) return false;
  // Jest says nothing of a file that it does not take for a test.
  const ran = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults.length;
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`npm test: ${ran} of ${files.length} suites ran ${name}, in ${seconds} s\n`);
  return status === 0 && ran === files.length;
}

const { together, alone } = groupsOf(suitesIn(TESTS, END));
const unit = readdirSync(UNIT).filter((name) => /\.test\.c?js$/.test(name));
const fileOf = (suite: string) => join(TESTS, suite + END);
const passed = [
  run('together', [...unit.map((name) => join(UNIT, name)), ...together.map(fileOf)], AT_A_TIME),
  run('alone', alone.map(fileOf), 1),
];
process.exitCode = passed.every((each) => each) ? 0 : 1;
