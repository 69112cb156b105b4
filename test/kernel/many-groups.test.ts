import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MAX_GROUPS } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { MOST } from '../support/crowds.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(30));

const COUNT = 20;
/** That nobody else on this machine has. */
const UID = 1_000_000 + process.pid;
const NAME = `many-${process.pid}`;

describe('the most groups that there can be', () => {
  let recorder: Recorder;
  let programs: Programs;
  let cgroups: Cgroups;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({}, MOST);
    programs = new Programs();
    cgroups = new Cgroups();
    cgroups.make('unit');
    cgroups.make('unit/inner');
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
    programs.remove();
    cgroups.removeAll();
  });

  it('are as many as a configuration may ask for', () => {
    expect(MAX_GROUPS).toBe(MOST);
    expect(() => new Recorder({ groups: { nofile: MOST + 1 } })).toThrow('a resource can have 1024 groups');
  });

  it('have a process in the last word and in the first, by whatever each is matched', async () => {
    const last = recorder.group('last', [COUNT + 4]);
    const path = `${cgroups.path}/unit`;
    last.match({ kind: 'cgroup', path });
    recorder.group('first', [COUNT + 5]).match({ kind: 'cgroup', path: `${path}/inner` });
    const second = recorder.group('second', [COUNT + 6], { inherit: false });
    second.match({ kind: 'command', name: NAME });
    second.match({ kind: 'user', uid: UID });
    const third = recorder.group('third', [COUNT + 7]);
    third.match(exeOf(programs.make('broker'), third));
    await worker.ask(`exec ${programs.folder}/broker ${COUNT}`);
    cgroups.move(worker.pid, 'unit/inner');
    await worker.ask(`rename ${NAME}`);
    const child = await worker.askNumber('child');
    await worker.ask('wake 9');
    await recorder.ended(child);
    await worker.ask('open 9');
    cgroups.move(worker.pid, 'unit');
    await worker.ask('rename other');
    // What is read after a group is gone does not name it.
    await recorder.upToDate();
    third.remove();
    await recorder.upToDate();
    const [third_, three, all] = ['in third', 'in first,last,third', 'in first,last,second,third'];
    expect(recorder.way(worker.pid)).toEqual([
      `executed ${COUNT} ${third_}`,
      `regrouped ${COUNT} ${three}`,
      `regrouped ${COUNT} ${all}`,
      ...[4, 5, 6, 7].map((more) => `up ${COUNT + more} ${COUNT + more} ${all}`),
      // And the pipe of the child's orders.
      `regrouped ${COUNT + 11} in last,second,third`,
      `regrouped ${COUNT + 11} in last,third`,
      `regrouped ${COUNT + 11} in last`,
    ]);
    expect(recorder.way(child)).toEqual([
      `started ${COUNT + 2} ${all}`,
      ...[4, 5, 6, 7].map((more) => `up ${COUNT + more} ${COUNT + more} ${all}`),
      'ended',
    ]);
  });

  it('have one of the last word that is removed, and is free for another', async () => {
    const last = recorder.group('last', [COUNT + 10]);
    const first = recorder.group('first', [COUNT + 11]);
    last.add(worker.pid);
    first.add(worker.pid);
    const child = await worker.askNumber('child');
    await recorder.upToDate();
    last.remove();
    first.drop(worker.pid);
    expect(recorder.descriptor.report()).toEqual([
      expect.objectContaining({ pid: child, groups: ['first'] }),
    ]);
    recorder.group('last', [COUNT + 10]).add(worker.pid);
    await worker.ask('open 9');
    await recorder.upToDate();
    expect(recorder.way(worker.pid)).toEqual([
      `regrouped ${COUNT} in last`,
      `regrouped ${COUNT} in first,last`,
      `regrouped ${COUNT + 2} in first`,
      `regrouped ${COUNT + 2} in nothing`,
      `regrouped ${COUNT + 2} in last`,
      `up ${COUNT + 10} ${COUNT + 10} in last`,
    ]);
  });

  it('keep nothing of who has ended', async () => {
    recorder.descriptor.close();
    recorder = new Recorder({ processes: 4 }, MOST);
    const program = programs.make('short');
    const group = recorder.group('last', [COUNT]);
    group.match(exeOf(program, group));
    const pids = [];
    for (let i = 0; i < 200; i++) pids.push(await worker.askNumber(`run ${program} ${COUNT}`));
    await recorder.upToDate();
    const told = pids.map((pid) => recorder.way(pid).at(-1));
    expect(told.filter((way) => way !== 'ended')).toEqual([]);
    expect(recorder.losses).toEqual([]);
  });
});
