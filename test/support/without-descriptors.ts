/**
 * Run with few descriptors: takes all that are left, tries the programs of this file's parameters then, and prints what has
 * come of it as JSON, in a line; what nobody catches is among it.
 *
 * @param process.argv[2] a path below a mount that somebody else has to answer for; empty: there is none
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answers, canHang, untilAnswered, writeElsewhere } from '../../src/mounts/index.js';
import { askProgram, KeptProgram, runBounded } from '../../src/programs/index.js';

const [, , path = ''] = process.argv;
const uncaught: string[] = [];
process.on('uncaughtException', (error) => uncaught.push(error.message));

const bounds = { time: 10_000, grace: 1000 };
const { signal } = new AbortController();
const nothing = () => undefined;
const saying = async (work: Promise<unknown>) => {
  try {
    return await work;
  } catch (error) {
    return `rejected: ${(error as Error).message}`;
  }
};

// What is needed once is had before.
await runBounded(['/bin/true'], { environment: {}, bounds });
canHang(path);

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // There are no more.
}
const without: Record<string, unknown> = {
  bounded: await saying(runBounded(['/bin/true'], { environment: {}, bounds })),
  kept: await saying(
    new KeptProgram(['/bin/cat'], { environment: {}, bounds, trial: 10, farewell: 1000 }).give(
      'x',
      signal,
      nothing,
    ),
  ),
  asked: await saying(askProgram('true', [], signal)),
  ...(path !== '' && {
    answers: await saying(answers(path, signal, 100)),
    written: await saying(writeElsewhere(path, 'text')),
  }),
};
await nextTurn();
for (const fd of taken) closeSync(fd);
const later = path === '' ? undefined : await untilAnswered(path).then(() => answers(path));
const again = await runBounded(['/bin/true'], { environment: {}, bounds });
writeSync(1, `${JSON.stringify({ without, later, code: again.code, uncaught })}\n`);
