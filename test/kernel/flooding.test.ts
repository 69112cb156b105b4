import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLevel, RlimitEvents } from '../../src/rlimit-events/index.js';
import { byHand } from '../support/by-hand.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { attachMode, operations, seconds } from '../support/where.js';

const COUNT = 20;
const QUEUE_BYTES = 256 * 1024;
/** Less cannot be told from what a garbage collector leaves. */
const MEBIBYTE = 1024 * 1024;

/** That a ring hands over at a time: some milliseconds. */
const MOST_RECORDS = 4096;

describe('a flood of crossings', () => {
  let recorder: Pick<Recorder, 'descriptor'> | undefined;
  let flood: CWorker;

  beforeEach(async () => {
    flood = await CWorker.start('flood', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder?.descriptor.close();
    await flood.end();
  });

  const state = (value: number) => ({
    type: 'state',
    processes: [
      { pid: flood.pid, resource: 'nofile', name: 'flood', value, limit: 1024, tag: '', groups: [] },
    ],
  });

  it(
    'leaves a descriptor that nobody reads at its size, and then tells what fitted, how many did not, and the true state',
    async () => {
      const crossings = operations(10_000_000, 400_000);
      const { watchFd, read } = byHand();
      const unread = new Recorder({ queueBytes: QUEUE_BYTES, watchFd });
      recorder = unread;
      unread.watch(flood.pid, COUNT + 1);

      const before = process.memoryUsage().rss;
      const count = await flood.askNumber(String(crossings / 2));
      expect(process.memoryUsage().rss - before).toBeLessThan(8 * MEBIBYTE);
      expect(unread.events).toEqual([]);

      read();
      const delivered = unread.of('level').length;
      expect(delivered).toBeGreaterThan(QUEUE_BYTES / 100);
      expect(unread.events.slice(delivered)).toEqual([
        {
          type: 'lost',
          count: crossings - delivered,
          unwatchedChildren: 0,
          missedLooks: 0,
          places: { queue: crossings - delivered },
        },
        state(count),
      ]);

      // The next one is told as if nothing had been.
      await flood.ask('1');
      read();
      expect(unread.events.slice(delivered + 2)).toMatchObject([
        { type: 'level', direction: 'up', value: COUNT + 1 },
        { type: 'level', direction: 'down', value: COUNT },
      ]);
    },
    seconds(90),
  );

  it(
    'that is read too slowly loses nothing from its sum, and each loss is followed by the state',
    async () => {
      const crossings = operations(1_000_000, 100_000);
      const slow = new Recorder({ queueBytes: 4096 });
      recorder = slow;
      slow.watch(flood.pid, COUNT + 1);
      await flood.askNumber(String(crossings / 2));
      await flood.end();

      const told = () =>
        slow.of('level').length +
        slow.of('process-ended').length +
        slow.of('lost').reduce((sum, { count }) => sum + count, 0);
      await slow.ended(flood.pid);
      // The state in which it is missing may be that of the last loss but one.
      await slow.until(() => told() > crossings);
      expect(told()).toBe(crossings + 1);
      expect(slow.of('lost').length).toBeGreaterThan(0);
      const types = slow.events.map(({ type }) => type);
      expect(types.filter((type, index) => type === 'lost' && types[index + 1] !== 'state')).toEqual([]);
    },
    seconds(90),
  );

  it(
    'is handed over some thousands at a time, so that the event loop goes on in between',
    async () => {
      const crossings = 20_000;
      let told = 0;
      const { watchFd, read } = byHand();
      const queued = new RlimitEvents(() => told++, {
        attach: attachMode,
        queueBytes: 4 * MEBIBYTE,
        watchFd,
      });
      recorder = { descriptor: queued };
      queued.watch(flood.pid, { resource: 'nofile', levels: [parseLevel(String(COUNT + 1))] });
      await flood.ask(String(crossings / 2));
      const parts: number[] = [];
      for (let before = -1; before !== told; parts.push(told - before)) {
        before = told;
        read();
      }
      expect(told).toBe(crossings);
      expect(Math.max(...parts)).toBe(MOST_RECORDS);
    },
    seconds(90),
  );
});
