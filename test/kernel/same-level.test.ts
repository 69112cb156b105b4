import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { operations, seconds } from '../support/where.js';

const COUNT = 20;

describe('threads that open and close at the same level at once', () => {
  let recorder: Recorder;
  let worker: CWorker | undefined;

  beforeEach(() => {
    recorder = new Recorder({ queueBytes: 64 * 1024 * 1024 });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker?.end();
  });

  it.each([2, 3, 8])(
    'tell up and down by turns for each level, and the last is true (%d threads)',
    async (threads) => {
      const rounds = Math.ceil(operations(150_000, 10_000) / threads);
      worker = await CWorker.start('hammer', { parameters: [threads, rounds, COUNT] });
      const levels = Array.from({ length: threads }, (_, thread) => COUNT + 1 + thread);
      recorder.watch(worker.pid, ...levels);
      const count = await worker.askNumber('go');
      await worker.end();
      await recorder.ended(worker.pid);

      expect(recorder.losses).toEqual([]);
      for (const level of levels) {
        const events = recorder.of('level').filter((event) => event.level === level);
        const wrong = events.find(({ direction, value }, index) =>
          index % 2 === 0 ? direction !== 'up' || value < level : direction !== 'down' || value >= level,
        );
        expect(wrong).toBeUndefined();
        if (recorder.of('lost').length === 0) expect(events.length % 2 === 1).toBe(count >= level);
      }
      // Whatever thread is alone for a while crosses the lowest.
      expect(recorder.of('level').length).toBeGreaterThan(rounds / 10);
    },
    seconds(30),
  );
});
