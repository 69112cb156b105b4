import { type Kernel, kernels } from '../../rig/guests/kernels.js';
import { type Table, whenAndWhat, writeRow } from '../platforms/table.js';

const TABLE: Table = {
  command: 'npm run test:kernels -- --write',
  head: ['kernel', 'for', 'mode', '`test/kernel`', 'passed', 'failed', 'on', 'commit', 'release'],
  keys: 4,
};

/** What jest said of one attach mode. */
export interface InMode {
  readonly mode: string;
  /** Undefined: it did not come to its end. */
  readonly counts: Counts | undefined;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** What the output of a guest tells of each attach mode (commandFor() in options.ts). */
export function modesOf(output: string): InMode[] {
  return output
    .split(/^-- attach mode /m)
    .slice(1)
    .map((part) => ({ mode: /^[a-z]*/.exec(part)?.[0] ?? '', counts: countsOf(part) }));
}

/** The line at its end: "Tests:       1 failed, 2 skipped, 7 passed, 10 total". */
function countsOf(part: string): Counts | undefined {
  const line = /^Tests: .* total$/m.exec(part)?.[0];
  if (line === undefined) return undefined;
  const count = (word: string) => Number(new RegExp(`([0-9]+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed') };
}

/** Writes what a run on one kernel has shown in each of its modes. */
export function writeKernel(kernel: Kernel, release: string, tests: readonly string[], output: string): void {
  for (const { mode, counts } of modesOf(output)) {
    const row = [
      kernel.name,
      kernel.architecture,
      mode,
      tests.length === 0 ? 'all' : tests.join(', '),
      counts === undefined ? 'did not end' : String(counts.passed),
      counts === undefined ? '' : String(counts.failed),
      ...whenAndWhat(),
      release,
    ];
    writeRow(TABLE, row, ([name, architecture]) =>
      kernels.findIndex((each) => each.name === name && each.architecture === architecture),
    );
  }
}
