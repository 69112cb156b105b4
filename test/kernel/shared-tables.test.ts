import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { toldWays } from '../support/walks.js';
import { seconds } from '../support/where.js';

/** Far more than each takes, so that what is never told is known soon. */
jest.setTimeout(seconds(5));

describe('a descriptor table', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(() => {
    recorder = new Recorder();
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  describe('of two processes (CLONE_FILES)', () => {
    let child: number;
    let count: number;

    beforeEach(async () => {
      worker = await CWorker.start('child');
      child = await worker.askNumber('files');
      count = await worker.askNumber('open 0');
    });

    /** Everything that was told of both. */
    const ways = async () => {
      await worker.ask('kill');
      await recorder.ended(child);
      await worker.end();
      await recorder.until(() => recorder.of('process-ended').length === 2);
      return toldWays(recorder.events);
    };

    it('is told for each, whichever of them opens and closes', async () => {
      recorder.watch(worker.pid, count + 1);
      recorder.watch(child, count + 1);
      await worker.ask('open 1');
      await worker.ask('close 1');
      await worker.ask('child open 2');
      await worker.ask('child close 2');
      const up = (value: number) => `up ${count + 1} ${value}`;
      const down = `down ${count + 1} ${count}`;
      const way = [up(count + 1), down, up(count + 1), down, 'end'];
      expect(await ways()).toEqual(
        new Map([
          [worker.pid, way],
          [child, way],
        ]),
      );
    });

    it('is told for one where the other opens and only that one is watched', async () => {
      recorder.watch(child, count + 1);
      await worker.ask('open 1');
      await recorder.until(() => recorder.of('level').length === 1);
      expect(recorder.of('level')).toMatchObject([{ pid: child, level: count + 1, direction: 'up' }]);
    });

    it('is held against the limit of each', async () => {
      await worker.ask('limit 100');
      await worker.ask('child limit 200');
      recorder.watch(worker.pid, '25%');
      recorder.watch(child, '25%');
      await worker.ask(`child open ${60 - count}`);
      expect(await ways()).toEqual(
        new Map([
          [worker.pid, ['up 25 25', 'end']],
          [child, ['up 50 50', 'end']],
        ]),
      );
    });

    it.each(['unshare', 'range'])('is left by one of them (%s)', async (how) => {
      await worker.ask('child open 3');
      recorder.watch(worker.pid, count + 2);
      recorder.watch(child, count + 2);
      await worker.ask(how === 'range' ? 'child range 3' : 'child unshare 0');
      if (how === 'unshare') await worker.ask('child close 3');
      await worker.ask('child open 3');
      await worker.ask('open 3');
      await worker.ask('close 3');
      expect(await ways()).toEqual(
        new Map([
          [worker.pid, ['end']],
          [
            child,
            [
              `down ${count + 2} ${how === 'range' ? count : count + 1}`,
              `up ${count + 2} ${count + 2}`,
              'end',
            ],
          ],
        ]),
      );
    });

    it('is not told any more to one that has left it and does nothing', async () => {
      recorder.watch(worker.pid, count + 1);
      recorder.watch(child, count + 1);
      await worker.ask('child unshare 0');
      await worker.ask('open 1');
      await worker.ask('close 1');
      expect(await ways()).toEqual(
        new Map([
          [worker.pid, [`up ${count + 1} ${count + 1}`, `down ${count + 1} ${count}`, 'end']],
          [child, ['end']],
        ]),
      );
    });

    it('is told for a child that inherits its levels', async () => {
      await worker.ask('kill');
      await worker.ask('reap');
      recorder.watch(worker.pid, count + 1);
      child = await worker.askNumber('files');
      await worker.ask('child open 1');
      expect(await ways()).toEqual(
        new Map([
          [worker.pid, [`up ${count + 1} ${count + 1}`, 'end']],
          [child, [`start ${count} ${worker.pid}`, `up ${count + 1} ${count + 1}`, 'end']],
        ]),
      );
    });
  });

  describe('that a thread has for itself (unshare)', () => {
    let count: number;

    beforeEach(async () => {
      worker = await CWorker.start('threads');
      count = await worker.askNumber('open 0');
      recorder.watch(worker.pid, count + 2);
      await worker.ask('unshare');
    });

    const way = async () => {
      await worker.end();
      await recorder.ended(worker.pid);
      return toldWays(recorder.events).get(worker.pid);
    };

    it('is not the process’s: its leader has that', async () => {
      await worker.ask('open 5');
      await worker.ask('leader open 1');
      expect(readdirSync(`/proc/${worker.pid}/fd`)).toHaveLength(count + 1);
      expect(recorder.descriptor.report()).toMatchObject([{ value: count + 1 }]);
      await worker.ask('open 5');
      await worker.ask('leader open 1');
      await worker.ask('close 5');
      expect(await way()).toEqual([`up ${count + 2} ${count + 2}`, 'end']);
    });

    it('is the process’s where the thread executes a program', async () => {
      await worker.ask('open 3');
      expect(await worker.ask('exec')).toBe('ready');
      expect(await way()).toEqual([`up ${count + 2} ${count + 3}`, `exec ${count + 3}`, 'end']);
    });
  });
});
