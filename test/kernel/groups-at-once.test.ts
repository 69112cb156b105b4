import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { byHand } from '../support/by-hand.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { CROWDS } from '../support/crowds.js';
import { mapNamed, remove } from '../support/own-maps.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(60));

const COUNT = 20;
const COMM_LENGTH = 16;
/** That nobody else on this machine has. */
const UID = 1_000_000 + process.pid;
/** What a program opens before anything else. */
const MANY = 40;
const TIMES = operations(500, 50);

describe.each(CROWDS)('who is in a group is watched from the first moment, one of %d', (crowd) => {
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

  /** What was told of each of these processes, without those that are as they should be. */
  const wrong = (pids: readonly number[], right: readonly string[]) =>
    pids.map((pid) => recorder.way(pid)).filter((way) => way.join() !== right.join());

  it('of a program that does its work within a millisecond of its exec', async () => {
    const broker = programs.make('broker');
    const group = recorder.group('broker', [30]);
    group.match(exeOf(broker, group));
    const pids = [];
    for (let i = 0; i < TIMES; i++) pids.push(await worker.askNumber(`run ${broker} ${MANY}`));
    await recorder.upToDate();
    expect(wrong(pids, [`executed ${COUNT} in broker`, 'up 30 30 in broker', 'ended'])).toEqual([]);
  });

  it('of a cgroup that is removed and made again', async () => {
    recorder.group('unit', [30]).match({ kind: 'cgroup', path: `${cgroups.path}/slice/unit` });
    const program = programs.make('program');
    const pids = [];
    for (let i = 0; i < TIMES; i++) {
      cgroups.make('slice');
      cgroups.make('slice/unit');
      const folder = cgroups.folder('slice/unit');
      pids.push(await worker.askNumber(`run-in ${folder} ${program} ${MANY}`));
      cgroups.remove('slice/unit');
      cgroups.remove('slice');
    }
    await recorder.upToDate();
    const way = [`regrouped ${COUNT + 1} in unit`, `executed ${COUNT} in unit`, 'up 30 30 in unit', 'ended'];
    expect(wrong(pids, way)).toEqual([]);
  });

  it('of two groups, of whose levels together nobody knew', async () => {
    const pids = [];
    for (let i = 0; i < TIMES / 10; i++) {
      const name = `broker-${process.pid}`;
      const broker = programs.make(name);
      const one = recorder.group('one', [30, 35], { step: 10 });
      const two = recorder.group('two', [30, '50%']);
      one.match(exeOf(broker, one));
      two.match({ kind: 'command', name });
      pids.push(await worker.askNumber(`run ${broker} ${MANY}`));
      await recorder.upToDate();
      one.remove();
      two.remove();
    }
    const both = 'in one,two';
    const way = ['up 30 30', 'step up 30 30', 'up 35 35', 'step up 40 40'].map((told) => `${told} ${both}`);
    expect(wrong(pids, [`executed ${COUNT} ${both}`, ...way, 'ended'])).toEqual([]);
  });

  it('of two groups that one process comes into while it opens and closes, also where its limit changes', async () => {
    const flood = await CWorker.start('chameleon', { parameters: [COUNT] });
    try {
      const name = `one-${process.pid}`;
      recorder.group('one', [COUNT + 2]).match({ kind: 'command', name });
      recorder.group('two', ['50%']).match({ kind: 'user', uid: UID });
      const commands = [
        `rename ${name}`,
        `seteuid ${UID}`,
        'open 3',
        'limit 40',
        'close 3',
        'limit 1000',
        'rename no',
      ];
      await Promise.all(commands.map((command) => flood.ask(command)));
      await recorder.upToDate();
      expect(recorder.way(flood.pid)).toEqual([
        `regrouped ${COUNT} in one`,
        `regrouped ${COUNT} in one,two`,
        `up ${COUNT + 2} ${COUNT + 2} in one,two`,
        'limit 1024 40 in one,two',
        `up 20 ${COUNT + 3} in one,two`,
        `down ${COUNT + 2} ${COUNT + 1} in one,two`,
        'limit 40 1000 in one,two',
        `down 500 ${COUNT} in one,two`,
        `regrouped ${COUNT} in two`,
      ]);
    } finally {
      await flood.end();
    }
  });

  it('with more levels together than one process can have in the kernel', async () => {
    const numbers = (from: number) => Array.from({ length: 40 }, (_, index) => from + 2 * index);
    const one = recorder.group('one', numbers(COUNT + 1));
    const two = recorder.group('two', numbers(COUNT + 2));
    one.add(worker.pid);
    two.add(worker.pid);
    await worker.ask('open 5');
    await recorder.upToDate();
    await worker.ask('close 5');
    await recorder.upToDate();
    const ups = [1, 2, 3, 4, 5].map((more) => `up ${COUNT + more} ${COUNT + more} in one,two`);
    const downs = [5, 4, 3, 2, 1].map((more) => `down ${COUNT + more} ${COUNT + more - 1} in one,two`);
    expect(recorder.way(worker.pid).slice(2)).toEqual([...ups, ...downs]);
  });

  it('and is known after events were lost', async () => {
    recorder.descriptor.close();
    recorder = new Recorder({ queueBytes: 4096 }, crowd);
    const one = recorder.group('one', [COUNT + 1]);
    const two = recorder.group('two', [COUNT + 1, COUNT + 2]);
    // What other processes of this machine do is not to be seen here.
    const [first, second] = [`1st-${process.pid}`, `2nd-${process.pid}`];
    one.match({ kind: 'command', name: first });
    two.match({ kind: 'command', name: second });
    two.match({ kind: 'user', uid: UID });
    const done = join(programs.folder, 'done');
    chmodSync(programs.folder, 0o777);
    const commands = [`flap 100 ${second} ${first}`, 'open 1', `seteuid ${UID}`, `touch ${done}`];
    worker.send(commands.join('\n'));
    // Nobody reads the queue meanwhile.
    while (!existsSync(done)) statSync(`/proc/${worker.pid}`);
    for (let left = commands.length; left > 0; left--) await worker.line();
    await recorder.until(() => recorder.of('state').length > 0);
    expect(recorder.of('lost')[0]?.count).toBeGreaterThan(0);
    expect(recorder.of('state').at(-1)?.processes).toEqual([
      expect.objectContaining({ pid: worker.pid, value: COUNT + 1, groups: ['one', 'two'] }),
    ]);
    await worker.ask('open 1');
    await recorder.upToDate();
    expect(recorder.way(worker.pid).at(-1)).toBe(`up ${COUNT + 2} ${COUNT + 2} in one,two`);
  });
});

it('levels that are put together when it is in its groups already match nobody anew', async () => {
  const hand = byHand();
  const recorder = new Recorder({ watchFd: hand.watchFd });
  const worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  try {
    const name = `later-${process.pid}`;
    recorder.group('one', [COUNT + 1]).match({ kind: 'command', name });
    recorder.group('two', [COUNT + 2]).add(worker.pid);
    await worker.ask(`rename ${name}`);
    // As its name is to who reads it while it is being given: not the one that the hook was told.
    remove(mapNamed('commands') ?? '', Buffer.from(name.padEnd(COMM_LENGTH, '\0')));
    hand.read();
    await worker.ask('open 1');
    hand.read();
    expect(recorder.way(worker.pid)).toEqual([
      `regrouped ${COUNT} in two`,
      `regrouped ${COUNT} in one,two`,
      `up ${COUNT + 1} ${COUNT + 1} in one,two`,
    ]);
  } finally {
    recorder.descriptor.close();
    await worker.end();
  }
});
