import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

const BURSTS = operations(200, 20);
const ROUNDS = operations(50, 20);
const COUNT = 20;
/** Counting takes longer with a large table, so that looks meet each other more often. */
const HIGHEST = { small: 100, large: hardLimit() - 1 };
/** How far the clock of the events may be off, in milliseconds. */
const CLOCKS = 4;

describe('what two threads cross last is told at once, though no system call follows', () => {
  let recorder: Recorder;
  let worker: CWorker | undefined;

  beforeEach(() => {
    recorder = new Recorder({ queueBytes: 16 * 1024 * 1024 });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker?.end();
  });

  it.each([
    ['small', 'watched once'],
    ['large', 'watched once'],
    ['small', 'watched again and again'],
    ['large', 'watched again and again'],
  ] as const)('(a %s table, %s)', async (table, how) => {
    worker = await CWorker.start('quiet', {
      parameters: [BURSTS, ROUNDS, COUNT, HIGHEST[table]],
      limit: hardLimit(),
    });
    const { pid } = worker;
    const watch = () => recorder.watch(pid, COUNT + 1, COUNT + 2);
    expect(watch()).toMatchObject({ value: COUNT });
    worker.send('go');
    const run = { goesOn: true };
    const line = worker.line().finally(() => {
      run.goesOn = false;
    });
    while (run.goesOn && how === 'watched again and again') {
      try {
        watch();
      } catch (error) {
        expect(error).toMatchObject({ code: 'busy' });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const truth: [time: number, count: number][] = [];
    for (let told = await line; told !== '0'; told = await worker.line()) {
      const [time = 0, count = 0] = told.split(' ').map(Number);
      truth.push([time, count]);
    }
    await worker.end();
    await recorder.ended(pid);

    expect(truth).toHaveLength(BURSTS);
    const levels = recorder.of('level');
    const late = truth.filter(([time, count]) => {
      const before = levels.filter((event) => event.time < time - CLOCKS);
      return [COUNT + 1, COUNT + 2].some((level) => {
        const last = before.findLast((event) => event.level === level);
        return (last?.direction === 'up') !== count >= level;
      });
    });
    expect(late).toEqual([]);
  });
});

/** Of open files, for this process: more takes CAP_SYS_RESOURCE. */
function hardLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Math.min(500_000, Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1]));
}
