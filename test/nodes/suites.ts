import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { groupsOf, suitesIn } from '../../scripts/suites/groups.js';
import { AT_A_TIME } from '../../scripts/suites/table.js';
import type { Node } from './nodes.js';
import { CACHE, CHECKOUT } from './places.js';

export const SUITES = ['demo', 'cli', 'unit'] as const;
export type Suite = (typeof SUITES)[number];

/** Half a minute or more each: the demo is a suite by itself, and the others are about time or chance, not about Node.js. */
const SLOW = ['demo', 'unit-workers', 'fuzz', 'mutation', 'properties', 'outbox-property'];

const END = '.test.js';

/** How one suite went on one Node.js. */
export interface Outcome {
  readonly passed: boolean;
  /** In a few words. */
  readonly summary: string;
  readonly seconds: number;
  /** The file with all that it said. */
  readonly log: string;
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a suite. Not only the command is run by that Node.js, but jest as well: test/unit is our code in jest's own
 * process, and test/cli runs the command by the Node.js of its tests (rig/programs/command.ts). It was built by this one,
 * as a package is.
 */
export async function runSuite(node: Node, suite: Suite, { quick }: { quick: boolean }): Promise<Outcome> {
  const began = performance.now();
  const leftOut = quick ? SLOW : [];
  const outcome = suite === 'demo' ? await demo(node) : await tests(node, suite, leftOut);
  return { ...outcome, seconds: Math.round((performance.now() - began) / 1000) };
}

/** It fails as well when somebody has said something that is not for the person who looks at it. */
async function demo(node: Node): Promise<Omit<Outcome, 'seconds'>> {
  const log = `${CACHE}/${node}/demo`;
  const { status, stderr } = await run(node, log, ['dist/scripts/demo.js']);
  const passed = status === 0 && stderr === '';
  return { passed, summary: passed ? 'passed' : `status ${status}: ${lastLine(stderr)}`, log };
}

async function tests(
  node: Node,
  suite: Suite,
  leftOut: readonly string[],
): Promise<Omit<Outcome, 'seconds'>> {
  const sums = new Map<string, number>();
  let log = `${CACHE}/${node}/${suite}`;
  let hasPassed = true;
  for (const { name, atATime, paths } of partsOf(suite)) {
    const own = `${CACHE}/${node}/${name}`;
    const { stdout, stderr } = await run(node, own, [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--json',
      `--maxWorkers=${atATime}`,
      // First: jest takes every word behind a list for a part of it.
      ...paths,
      ...leftOut.map((test) => `--testPathIgnorePatterns=/${test}\\.test\\.js$`),
    ]);
    const counts = countsOf(stdout);
    if (!counts) return { passed: false, summary: `jest failed: ${lastLine(stderr)}`, log: own };
    if (!counts.success && hasPassed) log = own;
    hasPassed &&= counts.success;
    for (const [word, count] of wordsOf(counts)) sums.set(word, (sums.get(word) ?? 0) + count);
  }
  const summary = [...sums].filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
  return { passed: hasPassed, summary: summary.join(', ') || 'no test ran', log };
}

interface Part {
  /** Of its files in the cache. */
  readonly name: string;
  readonly atATime: number;
  readonly paths: readonly string[];
}

/** test/cli as `npm test` has it: several suites at a time, then by themselves those that others would disturb. */
function partsOf(suite: Suite): Part[] {
  // How a descriptor is waited for is Node.js's own.
  if (suite === 'unit')
    return [{ name: suite, atATime: 1, paths: ['dist/test/unit/', 'dist/test/native/ffi/'] }];
  const { together, alone } = groupsOf(
    suitesIn(`${CHECKOUT}/dist/test`, END).filter((name) => name.startsWith(`${suite}/`)),
  );
  const pathsOf = (names: readonly string[]) => names.map((name) => `dist/test/${name}${END}`);
  return [
    { name: suite, atATime: AT_A_TIME, paths: pathsOf(together) },
    { name: `${suite}.alone`, atATime: 1, paths: pathsOf(alone) },
  ];
}

interface Counts {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

function wordsOf({ numPassedTests, numFailedTests, numPendingTests }: Counts) {
  return [
    ['passed', numPassedTests],
    ['failed', numFailedTests],
    ['skipped', numPendingTests],
  ] as const;
}

function countsOf(json: string): Counts | undefined {
  try {
    return JSON.parse(json) as Counts;
  } catch {
    return undefined;
  }
}

/** Its two streams go into files, which are there to be read afterwards. */
async function run(node: Node, log: string, parameters: readonly string[]): Promise<Run> {
  const bin = `${CACHE}/${node}/bin`;
  const files = [`${log}.out`, `${log}.log`] as const;
  const [stdout, stderr] = [openSync(files[0], 'w'), openSync(files[1], 'w')];
  try {
    const child = spawn(`${bin}/node`, parameters, {
      cwd: CHECKOUT,
      stdio: ['ignore', stdout, stderr],
      env: {
        // What a test shows in 30 seconds has nothing to do with the version.
        RLIMIT_TEST_SECONDS: '5',
        ...process.env,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      },
    });
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, stdout: readFileSync(files[0], 'utf8'), stderr: readFileSync(files[1], 'utf8') };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
