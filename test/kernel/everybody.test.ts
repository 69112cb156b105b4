import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeSync, openSync } from 'node:fs';
import { findProcesses } from '../../src/selection/index.js';
import { RlimitEventsError, type Group } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { CROWDS } from '../support/crowds.js';
import { Recorder } from '../support/recorder.js';
import { isToldAsLost } from '../support/walks.js';
import { seconds } from '../support/where.js';

const CHILDREN = 2000;
const COUNT = 20;

describe.each(CROWDS)('a group of all, one of %d', (crowd) => {
  let recorder: Recorder;
  let group: Group;
  const workers: CWorker[] = [];

  beforeEach(() => {
    recorder = new Recorder({ queueBytes: 4 * 1024 * 1024, matches: ['all'] }, crowd);
    group = recorder.group('all', [COUNT + 1]);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    for (const worker of workers.splice(0)) await worker.end();
  });

  const start = async (...[name, parameters]: [string, (string | number)[]]) => {
    const worker = await CWorker.start(name, { parameters });
    workers.push(worker);
    return worker;
  };
  const seen = async () =>
    (await findProcesses({ kind: 'all' }, true)).processes
      .map(({ pid }) => pid)
      .filter((pid) => pid !== process.pid);

  /** The first process of some virtual machines cannot, by its number either. */
  const withoutUnwatchable = (pids: readonly number[]) => {
    const other = new Recorder({ matches: [] });
    try {
      return pids.filter((pid) => isWatched(other, pid));
    } finally {
      other.descriptor.close();
    }
  };

  it(
    'has at once every process that there is, but this one',
    async () => {
      const before = new Set(await seen());
      const members = group.match({ kind: 'all' }).map(({ pid }) => pid);
      const reported = recorder.descriptor.report().map(({ pid }) => pid);
      const after = await seen();
      // Who was there before and is there after was there meanwhile.
      const there = withoutUnwatchable(after.filter((pid) => before.has(pid)));
      expect(there.length).toBeGreaterThan(0);
      for (const told of [members, reported]) {
        expect(there.filter((pid) => !told.includes(pid))).toEqual([]);
        expect(told).not.toContain(process.pid);
      }
    },
    seconds(20),
  );

  it(
    'never has this process, whose parent is in it, but what it runs',
    async () => {
      group.match({ kind: 'all' });
      const opened = Array.from({ length: COUNT + 100 }, () => openSync('/dev/null', 'r'));
      for (const fd of opened) closeSync(fd);
      const worker = await start('chameleon', [COUNT]);
      // One who is added by its number gives all others of the group a look.
      group.add(worker.pid);
      await worker.ask('open 1');
      await worker.end();
      await recorder.ended(worker.pid);
      expect(recorder.way(process.pid)).toEqual([]);
      if (isToldAsLost(recorder)) return;
      const way = recorder.way(worker.pid);
      expect(way[0]).toMatch(/^started \d+ in all$/);
      // prlimit, which becomes the worker.
      expect(way.filter((each) => /^executed \d+ in all$/.test(each))).toHaveLength(2);
      expect(way.slice(-2)).toEqual([`up ${COUNT + 1} ${COUNT + 1} in all`, 'ended']);
    },
    seconds(20),
  );

  it.each(['before', 'after'])(
    'has each child of one that begins %s, and tells its crossing and its end',
    async (when) => {
      if (when === 'after') group.match({ kind: 'all' });
      const storm = await start('storm', [CHILDREN, COUNT]);
      if (when === 'before') group.match({ kind: 'all' });
      storm.send('go');
      expect(await storm.ended()).toBe(0);
      await recorder.ended(storm.pid);
      if (isToldAsLost(recorder)) return;
      const children = recorder
        .of('process-started')
        .filter(({ parent }) => parent === storm.pid)
        .map(({ pid }) => pid);
      expect(new Set(children).size).toBe(CHILDREN);
      const way = [`started ${COUNT} in all`, `up ${COUNT + 1} ${COUNT + 1} in all`, 'ended'];
      expect(children.filter((pid) => recorder.way(pid).join() !== way.join())).toEqual([]);
    },
    seconds(60),
  );

  it(
    'has nobody any more when it is not matched',
    async () => {
      const worker = await start('chameleon', [COUNT]);
      group.match({ kind: 'all' });
      group.unmatch({ kind: 'all' });
      expect(recorder.descriptor.report()).toEqual([]);
      await worker.ask('open 1');
      await recorder.upToDate();
      expect(recorder.way(worker.pid).at(-1)).toBe(`regrouped ${COUNT} in nothing`);
    },
    seconds(20),
  );
});

function isWatched(recorder: Recorder, pid: number): boolean {
  try {
    recorder.watch(pid, 1000);
    return true;
  } catch (error) {
    if (error instanceof RlimitEventsError && error.code === 'no-such-process') return false;
    throw error;
  }
}
