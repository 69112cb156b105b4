import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Group } from '../../src/rlimit-events/index.js';
import { bpfIdsOf } from '../support/bpf-ids.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { CROWDS, FEW, LEFT } from '../support/crowds.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;
/** That nobody else on this machine has. */
const UID = 1_000_000 + process.pid;
/** That nobody else on this machine has. */
const NAME = `test-${process.pid}`;
/** A child of the worker has the pipe of its orders, too. */
const OF_CHILD = COUNT + 2;

describe.each(CROWDS)('a group, one of %d', (crowd) => {
  let recorder: Recorder;
  let programs: Programs;
  let cgroups: Cgroups;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({}, crowd);
    programs = new Programs();
    cgroups = new Cgroups();
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
    programs.remove();
    cgroups.removeAll();
  });

  const way = async (pid = worker.pid) => {
    await worker.end();
    await recorder.upToDate();
    return recorder.way(pid);
  };

  describe('by command', () => {
    it('does not take the name of a thread for that of its process', async () => {
      recorder.group('named', [1]).match({ kind: 'command', name: NAME });
      await worker.ask(`rename-thread ${NAME}`);
      expect(await way()).toEqual([]);
    });

    it('has the child of a thread, which is born with the name of that', async () => {
      recorder.group('named', [OF_CHILD + 1]).match({ kind: 'command', name: NAME });
      const child = await worker.askNumber(`thread-child ${NAME}`);
      await worker.ask('wake 1');
      expect(await way(child)).toEqual([
        `started ${OF_CHILD} in named`,
        `up ${OF_CHILD + 1} ${OF_CHILD + 1} in named`,
        'ended',
      ]);
      expect(recorder.way(worker.pid)).toEqual([]);
    });

    it('tells one event for an exec that changes the name', async () => {
      await worker.ask(`rename ${NAME}`);
      recorder.group('named', [1]).match({ kind: 'command', name: NAME });
      await worker.ask(`exec ${programs.make('other')} ${COUNT}`);
      await worker.ask(`exec ${programs.make(NAME)} ${COUNT}`);
      expect(await way()).toEqual([
        `regrouped ${COUNT} in named`,
        `executed ${COUNT} in nothing`,
        `executed ${COUNT} in named`,
        'ended',
      ]);
    });
  });

  describe('by cgroup', () => {
    it('has a child that was born into the cgroup, and its cgroups', async () => {
      cgroups.make('unit');
      cgroups.make('unit/nested');
      recorder.group('unit', [1]).match({ kind: 'cgroup', path: `${cgroups.path}/unit/` });
      const child = await worker.askNumber(`born-in ${cgroups.folder('unit/nested')}`);
      await worker.ask('wake 0');
      expect(await way(child)).toEqual([`started ${COUNT + 3} in unit`, 'ended']);
      expect(recorder.way(worker.pid)).toEqual([]);
    });

    it('has a process that goes there by itself, and into a cgroup within', async () => {
      cgroups.make('unit');
      cgroups.make('unit/nested');
      recorder.group('unit', [100]).match({ kind: 'cgroup', path: `${cgroups.path}/unit` });
      await worker.ask(`move ${cgroups.folder('unit')}`);
      await worker.ask(`move ${cgroups.folder('unit/nested')}`);
      await worker.ask(`move ${cgroups.folder()}`);
      // The file that it writes to is open then.
      expect(await way()).toEqual([`regrouped ${COUNT + 1} in unit`, `regrouped ${COUNT + 1} in nothing`]);
    });

    it('refuses what is no path of a cgroup', () => {
      const group = recorder.group('unit', [1]);
      for (const path of ['', 'unit', '/a/../b', `/${'a'.repeat(600)}`])
        expect(() => group.match({ kind: 'cgroup', path })).toThrow('cgroup');
    });
  });

  describe('by exe', () => {
    it('knows a file by what the kernel has of it, on an overlay, too', async () => {
      const { folder } = programs;
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
      programs.make('lower/broker');
      const merged = join(folder, 'merged');
      const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
      const mounted = spawnSync('mount', ['-t', 'overlay', 'none', '-o', options, merged]);
      expect(mounted.status).toBe(0);
      try {
        const broker = join(merged, 'broker');
        const group = recorder.group('broker', [1]);
        const match = exeOf(broker, group);
        expect(match).toMatchObject({ inode: statSync(broker, { bigint: true }).ino });
        group.match(match);
        await worker.ask(`exec ${broker} ${COUNT}`);
        expect(await way()).toEqual([`executed ${COUNT} in broker`, 'ended']);
      } finally {
        spawnSync('umount', [merged]);
      }
    });

    it('tells who runs a file, member or not', async () => {
      const broker = programs.make('broker');
      const group = recorder.group('broker', [1]);
      const match = exeOf(broker, group);
      if (match.kind !== 'exe') throw new Error('no file');
      expect(group.running(match)).toEqual([]);
      await worker.ask(`exec ${broker} ${COUNT}`);
      expect(group.running(match)).toEqual([worker.pid]);
    });

    it('identifies nothing where no file is open', () => {
      expect(recorder.group('broker', [1]).identify(999_999)).toBeUndefined();
    });
  });

  describe('by number', () => {
    it.each([true, false])('has a process and its descendants (inherit %s)', async (inherit) => {
      const child = await worker.askNumber('child');
      const group = recorder.group('one', [OF_CHILD + 1], { inherit });
      expect(group.add(worker.pid)).toMatchObject({ pid: worker.pid, value: OF_CHILD, groups: ['one'] });
      await worker.ask('wake 1');
      const later = await worker.askNumber('child');
      expect(await way()).toEqual([`regrouped ${OF_CHILD} in one`, 'ended']);
      const past = [`regrouped ${OF_CHILD} in one`, `up ${OF_CHILD + 1} ${OF_CHILD + 1} in one`, 'ended'];
      expect(recorder.way(child)).toEqual(inherit ? past : []);
      expect(recorder.way(later).slice(0, 1)).toEqual(inherit ? [`started ${OF_CHILD} in one`] : []);
    });

    it('lets it go again, and keeps it through an exec', async () => {
      const group = recorder.group('one', [COUNT + 1]);
      group.add(worker.pid);
      await worker.ask(`exec ${programs.make('other')} ${COUNT}`);
      await worker.ask('open 1');
      group.drop(worker.pid);
      group.drop(worker.pid);
      expect(await way()).toEqual([
        `regrouped ${COUNT} in one`,
        `executed ${COUNT} in one`,
        `up ${COUNT + 1} ${COUNT + 1} in one`,
        `regrouped ${COUNT + 1} in nothing`,
      ]);
    });

    it('refuses a number that nobody has', () => {
      expect(() => recorder.group('one', [1]).add(4_194_304)).toThrow('there is no process 4194304');
    });

    it('takes over one that was watched by itself, and does not as long as it is', async () => {
      await worker.ask(`rename ${NAME}`);
      const group = recorder.group('one', [COUNT + 1]);
      recorder.descriptor.watch(worker.pid, { resource: 'nofile', levels: [], step: 1, tag: 'own' });
      expect(group.match({ kind: 'command', name: NAME })).toEqual([]);
      await worker.ask('open 1');
      recorder.descriptor.unwatch(worker.pid, 'nofile');
      expect(recorder.descriptor.report()).toEqual([
        expect.objectContaining({ pid: worker.pid, groups: ['one'], tag: '' }),
      ]);
      recorder.descriptor.watch(worker.pid, { resource: 'nofile', levels: [], step: 1, tag: 'own' });
      group.add(worker.pid);
      await worker.ask('open 1');
      await worker.ask('close 2');
      expect(await way()).toEqual([
        `step up ${COUNT + 1} ${COUNT + 1} in nothing`,
        `down ${COUNT + 1} ${COUNT} in one`,
        'ended',
      ]);
    });
  });

  it('attaches what it is matched by, and nothing else, and only as long', () => {
    const links = () => bpfIdsOf(process.pid).filter(({ kind }) => kind === 'link').length;
    const before = links();
    const group = recorder.group('unit', [1]);
    const other = recorder.group('other', [1]);
    const uid = { kind: 'user', uid: UID } as const;
    const cgroup = { kind: 'cgroup', path: `${cgroups.path}/unit` } as const;
    group.add(worker.pid);
    group.match(exeOf(programs.make('broker'), group));
    expect(links()).toBe(before);
    group.match({ kind: 'command', name: NAME });
    // Where the kernel preempts, a second one beside it.
    const forCommand = links() - before;
    expect([1, 2]).toContain(forCommand);
    // A trampoline that could not be attached again, as before 5.13, is attached from the beginning.
    const forUser = recorder.descriptor.attach === 'fentry' && /^5\.(?:10|11|12)\./.test(release()) ? 0 : 1;
    group.match(uid);
    other.match(uid);
    group.match(cgroup);
    expect(links()).toBe(before + forCommand + forUser + 3);
    group.unmatch(uid);
    group.unmatch(cgroup);
    expect(links()).toBe(before + forCommand + forUser);
    other.remove();
    expect(links()).toBe(before + forCommand);
    group.match(uid);
    expect(links()).toBe(before + forCommand + forUser);
    group.remove();
    expect(links()).toBe(before);
  });

  it('ends for everybody when it is removed, and its name is free', async () => {
    const group = recorder.group('one', [100]);
    group.add(worker.pid);
    const child = await worker.askNumber('child');
    expect(() => recorder.group('one', [1])).toThrow('a group "one" already');
    await recorder.upToDate();
    group.remove();
    group.remove();
    expect(recorder.descriptor.report()).toEqual([]);
    recorder.group('one', [1]);
    expect(await way(child)).toEqual([`started ${OF_CHILD} in one`, `regrouped ${OF_CHILD} in nothing`]);
  });

  it('is one of as many as there can be', () => {
    const groups: Group[] = [];
    const one = () => groups.push(recorder.group(String(groups.length), [1]));
    for (let i = 0; i < (crowd > FEW ? LEFT : FEW); i++) one();
    expect(one).toThrow(`${crowd} groups already`);
    groups[1]?.remove();
    recorder.group('more', [1]).add(worker.pid);
    groups.at(-1)?.add(worker.pid);
    const last = String(groups.length - 1);
    expect(recorder.descriptor.report()).toEqual([expect.objectContaining({ groups: [last, 'more'] })]);
  });

  it('keeps those that were its children, whatever they become', async () => {
    recorder.group('unit', [100]).add(worker.pid);
    const child = await worker.askNumber(`run ${programs.make('other')} ${COUNT + 5}`);
    expect(await way(child)).toEqual([`started ${COUNT} in unit`, `executed ${COUNT} in unit`, 'ended']);
  });
});
