import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Group, Match } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { CROWDS } from '../support/crowds.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;
const UID = 1_000_000 + process.pid;
/** Fifteen letters, the most, that nobody else on this machine has. */
const NAME = String(process.pid).padStart(15, 'n');

/** A process that can become anything comes into a group by a kind of match, and leaves it. */
interface Way {
  readonly match: (programs: Programs, group: Group, cgroups: Cgroups) => Match;
  readonly enter: (worker: CWorker, programs: Programs, cgroups: Cgroups) => unknown;
  readonly leave: (worker: CWorker, programs: Programs, cgroups: Cgroups) => unknown;
  readonly event: 'executed' | 'regrouped';
}

/** Whom all match, nobody comes or leaves. */
type Kind = Exclude<Match['kind'], 'all'>;

const ways: Record<Kind, Way> = {
  exe: {
    match: (programs, group) => exeOf(programs.make('broker'), group),
    enter: (worker, { folder }) => worker.ask(`exec ${folder}/broker ${COUNT}`),
    leave: (worker, { folder }) => worker.ask(`exec ${folder}/other ${COUNT}`),
    event: 'executed',
  },
  command: {
    match: () => ({ kind: 'command', name: NAME }),
    enter: (worker) => worker.ask(`rename ${NAME}`),
    leave: (worker) => worker.ask('rename other'),
    event: 'regrouped',
  },
  user: {
    match: () => ({ kind: 'user', uid: UID }),
    enter: (worker) => worker.ask(`seteuid ${UID}`),
    leave: (worker) => worker.ask('seteuid 0'),
    event: 'regrouped',
  },
  cgroup: {
    match: (_programs, _group, cgroups) => ({ kind: 'cgroup', path: `${cgroups.path}/unit` }),
    enter: ({ pid }, _, cgroups) => {
      cgroups.move(pid, 'unit');
    },
    leave: ({ pid }, _, cgroups) => {
      cgroups.move(pid, 'other');
    },
    event: 'regrouped',
  },
};
const KINDS = Object.keys(ways) as Kind[];

describe.each(CROWDS)('a group, one of %d', (crowd) => {
  let recorder: Recorder;
  let programs: Programs;
  let cgroups: Cgroups;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({}, crowd);
    programs = new Programs();
    cgroups = new Cgroups();
    programs.make('other');
    cgroups.make('unit');
    cgroups.make('other');
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
    programs.remove();
    cgroups.removeAll();
  });

  const way = async () => {
    await worker.end();
    await recorder.ended(worker.pid);
    return recorder.way(worker.pid);
  };

  describe.each(KINDS)('that is matched by %s', (kind) => {
    const { match, enter, leave, event } = ways[kind];

    it('has those that match already', async () => {
      const group = recorder.group('unit', [COUNT + 1]);
      const matched = match(programs, group, cgroups);
      await enter(worker, programs, cgroups);
      expect(group.match(matched)).toEqual([
        expect.objectContaining({ pid: worker.pid, value: COUNT, groups: ['unit'], resource: 'nofile' }),
      ]);
      await worker.ask('open 1');
      expect(await way()).toEqual([
        `regrouped ${COUNT} in unit`,
        `up ${COUNT + 1} ${COUNT + 1} in unit`,
        'ended',
      ]);
    });

    it('has one that comes to match, until it does not any more', async () => {
      const group = recorder.group('unit', [COUNT + 1]);
      expect(group.match(match(programs, group, cgroups))).toEqual([]);
      await worker.ask('open 1');
      await worker.ask('close 1');
      await enter(worker, programs, cgroups);
      await worker.ask('open 1');
      await worker.ask('close 1');
      await leave(worker, programs, cgroups);
      await worker.ask('open 1');
      await enter(worker, programs, cgroups);
      expect(await way()).toEqual([
        `${event} ${COUNT} in unit`,
        `up ${COUNT + 1} ${COUNT + 1} in unit`,
        `down ${COUNT + 1} ${COUNT} in unit`,
        `${event} ${COUNT} in nothing`,
        `${event} ${COUNT + 1} in unit`,
        'ended',
      ]);
    });

    it.each([true, false])(
      'has the children of those that match, which do so, too (inherit %s)',
      async (inherit) => {
        const group = recorder.group('unit', [COUNT + 3], { inherit });
        group.match(match(programs, group, cgroups));
        await enter(worker, programs, cgroups);
        const child = await worker.askNumber('child');
        await worker.ask('wake 1');
        await recorder.ended(child);
        // The pipe of its orders.
        expect(recorder.way(child)).toEqual([
          `started ${COUNT + 2} in unit`,
          `up ${COUNT + 3} ${COUNT + 3} in unit`,
          'ended',
        ]);
      },
    );

    it.each([true, false])(
      'has descendants that are there already, with inherit: %s only if they match',
      async (inherit) => {
        const group = recorder.group('unit', [COUNT + 1], { inherit });
        const matched = match(programs, group, cgroups);
        const child = await worker.askNumber('child');
        await enter(worker, programs, cgroups);
        const members = group.match(matched).map(({ pid }) => pid);
        expect(new Set(members)).toEqual(new Set(inherit ? [worker.pid, child] : [worker.pid]));
      },
    );

    it('has nobody any more when the match is taken away', async () => {
      const group = recorder.group('unit', [COUNT + 1]);
      const matched = match(programs, group, cgroups);
      await enter(worker, programs, cgroups);
      group.match(matched);
      group.unmatch(matched);
      await worker.ask('open 1');
      await recorder.upToDate();
      expect(recorder.way(worker.pid)).toEqual([
        `regrouped ${COUNT} in unit`,
        `regrouped ${COUNT} in nothing`,
      ]);
      expect(recorder.descriptor.report()).toEqual([]);
    });
  });
});
