import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { SharedNumbers } from '../support/shared-numbers.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(30));

const BURSTS = operations(200, 30);
const LOWERINGS = 250;
const ROUNDS = operations(50, 20);
const COUNT = 20;
const LEVELS = [COUNT + 1, COUNT + 2];
/** Counting takes longer with a large table, so that looks meet each other more often. */
const HIGHEST = { small: 100, large: hardLimit() - 1 };
/** The places of the worker's numbers. */
const MAY_BEGIN = 0;
const DONE = 1;
const AFTER = 2;

describe('what two threads cross last is told at once, though no system call follows', () => {
  let recorder: Recorder;
  let shared: SharedNumbers;
  let worker: CWorker | undefined;

  beforeEach(() => {
    recorder = new Recorder({ queueBytes: 16 * 1024 * 1024 });
    shared = new SharedNumbers(3);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker?.end();
    shared.close();
  });

  it.each([
    ['small', 'watched once'],
    ['large', 'watched once'],
    ['small', 'watched again and again'],
    ['large', 'watched again and again'],
  ] as const)('(a %s table, %s)', async (table, how) => {
    const { pid } = (worker = await CWorker.start('quiet', {
      parameters: [ROUNDS, COUNT, HIGHEST[table]],
      limit: hardLimit(),
      fd3: shared.fd,
    }));
    const watch = () => recorder.watch(pid, ...LEVELS);
    expect(watch()).toMatchObject({ value: COUNT });

    const told = new Map<number, string>();
    const late: string[] = [];
    for (let burst = 1; burst <= BURSTS; burst++) {
      shared.set(MAY_BEGIN, burst);
      while (shared.get(DONE) < burst) {
        if (how === 'watched again and again') watchUnlessBusy(watch);
        await setImmediate();
      }
      // Whatever is in the queue is read between two of these.
      await setImmediate();
      await setImmediate();
      const count = shared.get(AFTER);
      for (const { level, direction } of recorder.of('level')) told.set(level, direction);
      recorder.events.length = 0;
      for (const level of LEVELS)
        if ((told.get(level) === 'up') !== count >= level)
          late.push(`burst ${burst}: ${told.get(level)} ${level} at ${count}`);
    }
    expect(late).toEqual([]);
  });

  it('though a level comes nearer to the one while the other is looked at', async () => {
    const { pid } = (worker = await CWorker.start('lowering', {
      parameters: [COUNT, HIGHEST.large, 2 * (COUNT + 1)],
      limit: hardLimit(),
      fd3: shared.fd,
    }));
    expect(recorder.watch(pid, '50%')).toMatchObject({ value: COUNT });

    // What is not told now never is: the next burst waits for it.
    for (let burst = 1; burst <= LOWERINGS; burst++) {
      shared.set(MAY_BEGIN, burst);
      await recorder.until(() => recorder.of('level').length === burst);
      expect(recorder.of('level').at(-1)?.direction).toBe(burst % 2 === 1 ? 'up' : 'down');
    }
  });
});

function watchUnlessBusy(watch: () => unknown): void {
  try {
    watch();
  } catch (error) {
    expect(error).toMatchObject({ code: 'busy' });
  }
}

/** Of open files, for this process: more takes CAP_SYS_RESOURCE. */
function hardLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Math.min(500_000, Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1]));
}
