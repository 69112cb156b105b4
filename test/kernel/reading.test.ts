import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RESOURCES, type Resource } from '../../src/resources/index.js';
import type { Group, Match, OpenOptions } from '../../src/rlimit-events/index.js';
import { bpfIdsOf } from '../support/bpf-ids.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

const COUNT = 20;
const UID = 2_000_000 + process.pid;
const NAME = String(process.pid).padStart(15, 'r');

const linksHere = () => bpfIdsOf(process.pid).filter(({ kind }) => kind === 'link').length;

describe('a descriptor without events', () => {
  let worker: CWorker;
  let programs: Programs;
  let cgroups: Cgroups;
  const recorders: Recorder[] = [];

  beforeEach(async () => {
    programs = new Programs();
    programs.make('broker');
    cgroups = new Cgroups();
    cgroups.make('unit');
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  });

  afterEach(async () => {
    for (const { descriptor } of recorders.splice(0)) descriptor.close();
    await worker.end();
    cgroups.removeAll();
    programs.remove();
  });

  const open = (options: OpenOptions) => {
    const recorder = new Recorder(options);
    recorders.push(recorder);
    return recorder;
  };

  it.each(Object.keys(RESOURCES) as Resource[])('reads what a process has of %s', async (resource) => {
    // A user of its own: processes are counted for a user.
    const user = await CWorker.start('user', { parameters: [UID] });
    const [reading, watching] = [false, true].map((events) => {
      const { descriptor } = open({ resources: [resource], matches: [], events });
      return descriptor.watch(user.pid, { resource, levels: [] });
    });
    await user.end();
    expect(reading).toEqual(watching);
  });

  const matches: Record<Match['kind'], (group: Group) => Match | Promise<Match>> = {
    all: () => ({ kind: 'all' }),
    exe: async (group) => {
      await worker.ask(`exec ${programs.folder}/broker ${COUNT}`);
      return exeOf(`${programs.folder}/broker`, group);
    },
    command: async () => {
      await worker.ask(`rename ${NAME}`);
      return { kind: 'command', name: NAME };
    },
    user: async () => {
      await worker.ask(`seteuid ${UID}`);
      return { kind: 'user', uid: UID };
    },
    cgroup: () => {
      cgroups.move(worker.pid, 'unit');
      return { kind: 'cgroup', path: `${cgroups.path}/unit` };
    },
  };

  it.each(Object.entries(matches))('has those in a group that match by %s', async (kind, match) => {
    const recorder = open({ matches: [kind as Match['kind']], events: false });
    const group = recorder.group('g', [COUNT + 1]);
    const members = group.match(await match(group));
    expect(members).toContainEqual(expect.objectContaining({ pid: worker.pid, value: COUNT, groups: ['g'] }));
    expect(recorder.descriptor.report()).toContainEqual(members.find(({ pid }) => pid === worker.pid));
  });

  it('has nothing in the kernel that anybody else runs through, and looks only when it is asked', async () => {
    const before = linksHere();
    const recorder = open({ events: false });
    const group = recorder.group('all', [COUNT + 1]);
    group.match({ kind: 'all' });
    expect(linksHere()).toBe(before);
    expect(recorder.descriptor.mayMiss).toBeUndefined();
    await worker.ask('open 1');
    recorder.descriptor.check();
    recorder.descriptor.tellNow();
    expect(recorder.crossings(worker.pid)).toEqual([]);
    expect(recorder.descriptor.report()).toContainEqual(
      expect.objectContaining({ pid: worker.pid, value: COUNT + 1 }),
    );
  });
});
