import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { CWorker } from '../support/c-worker.js';
import { looksAskedFor } from '../support/own-maps.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

describe('the soft limit', () => {
  let recorder: Recorder;
  let threads: CWorker;
  let count: number;

  beforeEach(async () => {
    recorder = new Recorder();
    threads = await CWorker.start('threads');
    await threads.ask('limit 100');
    count = await threads.askNumber('open 40');
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await threads.end();
  });

  /** Crossings and changes of the limit, in their order. */
  const way = async () => {
    await threads.end();
    await recorder.ended(threads.pid);
    return recorder.events.map((event) => {
      if (event.type === 'level') return `${event.direction} ${event.level} ${event.value} of ${event.limit}`;
      if (event.type === 'limit-changed') return `limit ${event.oldLimit} to ${event.limit}`;
      return event.type;
    });
  };

  it('that is lowered below the value is told, and a share is crossed upwards', async () => {
    recorder.watch(threads.pid, 10, '50%', '100%', 90);
    await threads.ask('limit 30');
    await threads.ask('limit 100');
    expect(await way()).toEqual([
      'limit 100 to 30',
      `up 15 ${count} of 30`,
      `up 30 ${count} of 30`,
      'limit 30 to 100',
      `down 100 ${count} of 100`,
      `down 50 ${count} of 100`,
      'process-ended',
    ]);
  });

  it('moves the level of a share, which is crossed where it is then', async () => {
    recorder.watch(threads.pid, '50%');
    await threads.ask('limit 200');
    await threads.ask(`open ${100 - count}`);
    await threads.ask('close 1');
    expect(await way()).toEqual([
      'limit 100 to 200',
      'up 100 100 of 200',
      'down 100 99 of 200',
      'process-ended',
    ]);
  });

  it('is told once for each change, whichever thread makes it', async () => {
    recorder.watch(threads.pid, '10%');
    await threads.ask('leader limit 90');
    await threads.ask('limit 90');
    await threads.ask('limit 80');
    expect(await way()).toEqual(['limit 100 to 90', 'limit 90 to 80', 'process-ended']);
  });

  it('that another process sets is told though the process itself does nothing', async () => {
    recorder.watch(threads.pid, '50%');
    const prlimit = (limit: number) =>
      spawnSync('prlimit', [`--pid=${threads.pid}`, `--nofile=${limit}:1024`]).status;
    expect(prlimit(50)).toBe(0);
    await recorder.until(() => recorder.of('level').length === 1);
    expect(prlimit(1024)).toBe(0);
    await recorder.until(() => recorder.of('level').length === 2);
    expect(await way()).toEqual([
      'limit 100 to 50',
      `up 25 ${count} of 50`,
      'limit 50 to 1024',
      `down 512 ${count} of 1024`,
      'process-ended',
    ]);
  });

  it('that another process sets by the id of a thread is told of the process', async () => {
    recorder.watch(threads.pid, '50%');
    const tid = await threads.askNumber('tid');
    expect(spawnSync('prlimit', [`--pid=${tid}`, '--nofile=50:1024']).status).toBe(0);
    await recorder.until(() => recorder.of('level').length === 1);
    expect(await way()).toEqual(['limit 100 to 50', `up 25 ${count} of 50`, 'process-ended']);
  });

  it('that another process sets is told of one whose main thread has ended', async () => {
    recorder.watch(threads.pid, '50%');
    await threads.ask('leave');
    expect(spawnSync('prlimit', [`--pid=${threads.pid}`, '--nofile=50:1024']).status).toBe(0);
    await recorder.until(() => recorder.of('level').length === 1);
    expect(await way()).toEqual(['limit 100 to 50', `up 25 ${count} of 50`, 'process-ended']);
  });

  it('that a thread with a table of its own sets is told of the process', async () => {
    recorder.watch(threads.pid, '50%');
    await threads.ask('unshare');
    await threads.ask('limit 50');
    await recorder.until(() => recorder.of('level').length === 1);
    expect(await way()).toEqual(['limit 100 to 50', `up 25 ${count} of 50`, 'process-ended']);
  });

  it('that is set of a process that is not watched any more has nobody look for it', async () => {
    recorder.watch(threads.pid, '50%');
    recorder.descriptor.unwatch(threads.pid, 'nofile');
    await threads.ask('leader limit 90');
    const before = looksAskedFor();
    for (let i = 0; i < 25; i++) {
      await threads.ask('open 40');
      await threads.ask('close 40');
    }
    // Some others of the machine may have had a limit set meanwhile, of whom somebody has to find out who they are.
    expect(looksAskedFor() - before).toBeLessThan(100);
  });

  it('that is as low as 1 makes every value reach every share', async () => {
    recorder.watch(threads.pid, '100%', '0%');
    await threads.ask('leader limit 1');
    expect(await way()).toEqual(['limit 100 to 1', `up 1 ${count} of 1`, 'process-ended']);
  });

  it('cannot be unlimited, nor above what the kernel allows (fs.nr_open)', async () => {
    recorder.watch(threads.pid, '50%');
    for (const limit of ['unlimited', '2147483648'])
      expect(spawnSync('prlimit', [`--pid=${threads.pid}`, `--nofile=${limit}`]).status).toBe(1);
    expect(await way()).toEqual(['process-ended']);
  });
});
