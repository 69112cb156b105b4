import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { CWorker } from '../support/c-worker.js';
import { exeOf, Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { dice } from '../support/seeded.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

const COUNT = 20;
const LEVEL = 30;
/** With it, a process is above the level before anything else. */
const MANY = 40;
const CALM = [`executed ${COUNT} in broker`, 'ended'];
/** The worker's, to its child. */
const PIPE = 2;
/** More than a process is young. */
const AGE = 1200;
/** In which the event loop would have been woken long ago. */
const LONG = 50;
const TIMES = operations(2000, 100);

describe('a patient descriptor', () => {
  let recorder: Recorder;
  let programs: Programs;
  let worker: CWorker;
  let broker: string;
  const others: CWorker[] = [];

  beforeEach(async () => {
    programs = new Programs();
    broker = programs.make('broker');
    worker = await CWorker.start('chameleon', { parameters: [COUNT] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await Promise.all([worker, ...others.splice(0)].map((each) => each.end()));
    programs.remove();
  });

  const another = async (count: number) => {
    const other = await CWorker.start('chameleon', { parameters: [count] });
    others.push(other);
    return other;
  };

  /** Opens it, with a group that broker is in. */
  const open = (queueBytes?: number) => {
    recorder = new Recorder(queueBytes === undefined ? {} : { queueBytes });
    const group = recorder.group('broker', [LEVEL]);
    group.match(exeOf(broker, group));
    return { group, descriptor: recorder.descriptor };
  };
  const run = (count: number) => worker.askNumber(`run ${broker} ${count}`);
  const runMany = async (times: number) => {
    const pids = [];
    for (let i = 0; i < times; i++) pids.push(await run(COUNT));
    return pids;
  };
  /** Afterwards the event loop sleeps: what is told before it does so, it finds by itself. */
  const becomePatient = async () => {
    recorder.descriptor.bePatient(true);
    await sleep(LONG);
  };
  const ways = (pids: readonly number[]) => pids.map((pid) => recorder.way(pid));
  const wokenBy = async (pid: number, told: string) => {
    await recorder.until(() => recorder.way(pid).includes(told));
    expect(recorder.descriptor.isPatient).toBe(false);
  };

  it('is not woken for who just comes and goes, and tells all when it is asked', async () => {
    const { descriptor } = open();
    await becomePatient();
    const pids = await runMany(10);
    await sleep(LONG);
    expect(ways(pids)).toEqual(pids.map(() => []));
    descriptor.tellNow();
    expect(ways(pids)).toEqual(pids.map(() => CALM));
    expect(descriptor.isPatient).toBe(true);
  });

  it('tells what has waited when it is not patient any more, and is woken for everybody again', async () => {
    const { descriptor } = open();
    await becomePatient();
    const before = await run(COUNT);
    descriptor.bePatient(false);
    expect(recorder.way(before)).toEqual(CALM);
    await wokenBy(await run(COUNT), 'ended');
  });

  it('is woken at once for a level, and tells first what came before', async () => {
    open();
    await becomePatient();
    const before = await runMany(3);
    const crossing = await worker.askNumber('child');
    recorder.watch(crossing, LEVEL);
    await worker.ask(`wake ${MANY - COUNT}`);
    await wokenBy(crossing, `up ${LEVEL} ${LEVEL} in nothing`);
    expect(ways(before)).toEqual(before.map(() => CALM));
  });

  it('is woken for the end of who is older', async () => {
    const { group } = open();
    const old = await another(COUNT);
    group.add(old.pid);
    await sleep(AGE);
    await becomePatient();
    const before = await runMany(3);
    await old.end();
    await wokenBy(old.pid, 'ended');
    expect(ways(before)).toEqual(before.map(() => CALM));
  });

  it('is woken for who has a level reached when it comes, and when it goes', async () => {
    const { group } = open();
    const high = await another(MANY);
    group.add(high.pid);
    await becomePatient();
    const child = await high.askNumber('child');
    await wokenBy(child, `started ${MANY + PIPE} in broker`);
    await becomePatient();
    // The child opens one more, and ends.
    await high.ask('wake 1');
    await wokenBy(child, 'ended');
  });

  it('is woken when a process leaves the group in which it has a level reached', async () => {
    open();
    const young = await another(MANY);
    const name = `young-${process.pid}`;
    recorder.group('named', [LEVEL]).match({ kind: 'command', name });
    await young.ask(`rename ${name}`);
    await recorder.until(() => recorder.way(young.pid).length === 1);
    await becomePatient();
    await young.ask('rename no');
    await wokenBy(young.pid, `regrouped ${MANY} in nothing`);
  });

  it('is woken before its queue is full, so that nothing is lost', async () => {
    const { descriptor } = open(16 * 1024);
    const pids = [];
    for (let i = 0; i < 4; i++) {
      await becomePatient();
      pids.push(...(await runMany(100)));
    }
    descriptor.tellNow();
    expect(ways(pids)).toEqual(pids.map(() => CALM));
    expect(recorder.losses).toEqual([]);
  });

  it('leaves nobody behind who goes at the moment at which it is not patient any more', async () => {
    const { descriptor } = open();
    const roll = dice(1);
    await run(COUNT);
    let usual = 1;
    for (let i = 0; i < TIMES; i++) {
      descriptor.bePatient(true);
      const start = performance.now();
      worker.send(`run ${broker} ${COUNT}`);
      const answer = worker.line();
      const until = start + usual * (roll(1200) / 1000);
      while (performance.now() < until);
      descriptor.bePatient(false);
      // Nobody reads the queue from here on but who is woken for it.
      const pid = Number(await answer);
      usual = 0.9 * usual + 0.1 * (performance.now() - start);
      await recorder.until(() => recorder.way(pid).includes('ended'));
      recorder.events.length = 0;
    }
  });
});
