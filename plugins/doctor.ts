import { ATTACH_MODES, RlimitEvents, type AttachMode } from '../src/rlimit-events/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from './exit-codes.js';
import { printLine } from './output.js';

const WHAT_IT_SEES: Record<AttachMode, string> = {
  fentry: 'every descriptor as it comes and goes, io_uring included',
  kprobe: 'every descriptor as it comes and goes, io_uring included',
  tracepoint:
    'the count at the end of every system call; what io_uring or a seccomp supervisor does is seen at the next one',
};

/**
 * `check_rlimit_passive doctor`: whether each attach mode works here, and if not, why.
 *
 * @returns the exit status: OK if any mode works
 */
export function doctor(): number {
  const problems = ATTACH_MODES.map((mode) => ({ mode, problem: problemOf(mode) }));
  for (const { mode, problem } of problems)
    printLine(
      `${mode.padEnd(10)}  ${problem === undefined ? `works: ${WHAT_IT_SEES[mode]}` : `no: ${problem}`}`,
    );
  const best = problems.find(({ problem }) => problem === undefined);
  printLine(`auto        ${best ? `takes ${best.mode}` : 'finds none that works'}`);
  return best ? EXIT_OK : EXIT_UNKNOWN;
}

function problemOf(attach: AttachMode): string | undefined {
  try {
    new RlimitEvents(() => undefined, { attach }).close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
