import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OpenOptions } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Command } from '../../rig/programs/command.js';
import { Recorder } from '../support/recorder.js';
import { toldWays } from '../support/walks.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const COUNT = 20;

const recorders: Recorder[] = [];
const open = (options?: OpenOptions) => {
  const recorder = new Recorder(options);
  recorders.push(recorder);
  return recorder;
};
const closeAll = () => {
  for (const recorder of recorders.splice(0)) recorder.descriptor.close();
};
const errorOf = (code: string) => expect.objectContaining({ code }) as unknown as Error;

describe('levels', () => {
  let worker: CWorker;

  beforeEach(async () => {
    worker = await CWorker.start('fd-worker');
    await worker.ask(`open ${COUNT - (await worker.askNumber('open 0'))}`);
  });

  afterEach(async () => {
    closeAll();
    await worker.end();
  });

  const levels = Array.from({ length: 64 }, (_, index) => COUNT + 1 + index);

  it('are 64 on one process, each told once on the way up and once on the way down', async () => {
    const recorder = open();
    recorder.watch(worker.pid, ...levels);
    await worker.ask('open 64');
    await worker.ask('close 64');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.crossings(worker.pid)).toEqual([
      ...levels.map((level) => `up ${level} ${level}`),
      ...levels.toReversed().map((level) => `down ${level} ${level - 1}`),
    ]);
  });

  it('are crossed by one system call in their order, where the limit moves them all', async () => {
    const recorder = open();
    await worker.ask('open 64');
    recorder.watch(worker.pid, ...Array.from({ length: 64 }, (_, index) => `${index + 1}%`));
    await worker.ask(`limit ${COUNT + 64}`);
    await worker.ask('limit 1024');
    await worker.end();
    await recorder.ended(worker.pid);
    const told = recorder
      .of('level')
      .map(({ direction, asked }) => `${direction} ${asked.kind === 'share' ? asked.percent : 'value'}`);
    // 84 of 1024 are more than 8% and less than 9%.
    const moved = Array.from({ length: 56 }, (_, index) => index + 9);
    expect(told).toEqual([
      ...moved.map((percent) => `up ${percent}`),
      ...moved.toReversed().map((percent) => `down ${percent}`),
    ]);
  });

  it('are refused from the 65th on', () => {
    const recorder = open();
    expect(() => recorder.watch(worker.pid, ...levels, 1000)).toThrow('65 levels are more than the 64');
    expect(recorder.descriptor.report()).toEqual([]);
  });
});

describe('processes', () => {
  let sleepers: CWorker;

  beforeEach(async () => {
    sleepers = await CWorker.start('sleepers', { parameters: [COUNT] });
  });

  afterEach(async () => {
    closeAll();
    await sleepers.ask('end');
    await sleepers.end();
  });

  const fork = async (count: number) =>
    (await sleepers.ask(`fork ${count}`)).trimEnd().split(' ').map(Number);

  const MANY = operations(10_000, 1000);

  it.each([false, true])(
    `are ${MANY}, of which some cross a level (inherited from their parent: %p)`,
    async (inherited) => {
      const recorder = open({ queueBytes: 8 * 1024 * 1024 });
      if (inherited) recorder.watch(sleepers.pid, COUNT + 1);
      const pids = await fork(MANY);
      if (!inherited) for (const pid of pids) recorder.watch(pid, COUNT + 1);
      const report = recorder.descriptor.report();
      expect(report).toHaveLength(MANY + Number(inherited));
      expect(report.filter(({ value }) => value !== COUNT)).toEqual([]);

      const woken = pids.filter((_, index) => index % 100 === 7);
      for (const pid of woken) await sleepers.ask(`wake ${pid}`);
      await recorder.until(() => recorder.of('level').length >= woken.length);
      expect(recorder.of('level').map(({ pid, value }) => [pid, value])).toEqual(
        woken.map((pid) => [pid, COUNT + 1]),
      );

      await sleepers.ask('end');
      await recorder.until(() => recorder.of('process-ended').length >= MANY);
      const births = recorder.of('process-started').map(({ pid }) => pid);
      expect(births).toEqual(inherited ? pids : []);
      expect(new Set(recorder.of('process-ended').map(({ pid }) => pid))).toEqual(new Set(pids));
      expect(recorder.of('level')).toHaveLength(woken.length);
      expect(recorder.of('lost')).toEqual([]);
    },
    seconds(60),
  );

  it('are refused when the table is full, until one ends', async () => {
    const recorder = open({ processes: 16 });
    const pids = await fork(17);
    const last = pids.pop() ?? 0;
    for (const pid of pids) recorder.watch(pid, COUNT + 1);
    expect(() => recorder.watch(last, COUNT + 1)).toThrow(errorOf('full'));
    expect(recorder.descriptor.report()).toHaveLength(16);
    // Those that are in it can have other levels.
    recorder.watch(pids[3] ?? 0, COUNT + 2);

    process.kill(pids[5] ?? 0, 'SIGKILL');
    await recorder.ended(pids[5] ?? 0);
    expect(recorder.watch(last, COUNT + 1)).toMatchObject({ pid: last, value: COUNT });
  });

  it('that are not watched any more take no place in the table', async () => {
    const recorder = open({ processes: 2 });
    const [first = 0, second = 0, third = 0, fourth = 0] = await fork(4);
    recorder.watch(first, COUNT + 1);
    recorder.descriptor.unwatch(first, 'nofile');
    // It never was.
    recorder.descriptor.unwatch(second, 'nofile');
    recorder.watch(third, COUNT + 1);
    recorder.watch(fourth, COUNT + 1);
    expect(recorder.descriptor.report()).toHaveLength(2);
  });

  it('that are born when the table is full are told as lost, though nothing else happens', async () => {
    const recorder = open({ processes: 16 });
    recorder.watch(sleepers.pid, COUNT + 1);
    const born = await fork(15);
    await recorder.until(() => recorder.of('process-started').length === 15);
    const unwatched = await fork(3);

    const lost = () => recorder.of('lost').reduce((sum, { unwatchedChildren }) => sum + unwatchedChildren, 0);
    await recorder.until(() => lost() === 3 && recorder.events.at(-1)?.type === 'state');
    expect(recorder.of('lost').every(({ count }) => count === 0)).toBe(true);
    const watched = recorder
      .of('state')
      .at(-1)
      ?.processes.map(({ pid }) => pid);
    expect(new Set(watched)).toEqual(new Set([sleepers.pid, ...born]));

    for (const pid of [...unwatched, ...born]) await sleepers.ask(`wake ${pid}`);
    await recorder.until(() => recorder.of('level').length >= 15);
    expect(recorder.of('level').map(({ pid }) => pid)).toEqual(born);
  });
});

describe('descriptors', () => {
  let worker: CWorker;
  let command: Command | undefined;

  beforeEach(async () => {
    worker = await CWorker.start('flood', { parameters: [COUNT] });
  });

  afterEach(async () => {
    closeAll();
    command?.signal('SIGKILL');
    await command?.finished();
    await worker.end();
  });

  it(
    'in one process and in others tell the same process by levels of their own, and go one by one',
    async () => {
      const first = open();
      const second = open();
      const third = open();
      first.watch(worker.pid, COUNT + 1);
      second.watch(worker.pid, '2%');
      third.watch(worker.pid, COUNT + 1, COUNT + 2);
      const other = new Command('events', '--pid', String(worker.pid), '--level', String(COUNT + 1));
      command = other;
      await other.until(() => other.stdout.length === 1);

      await worker.ask('2');
      await other.until(() => other.stdout.length === 5);
      first.descriptor.close();
      other.signal('SIGTERM');
      await other.finished();
      await worker.ask('1');
      await worker.end();
      await third.ended(worker.pid);
      await second.ended(worker.pid);

      const pair = [`up ${COUNT + 1} ${COUNT + 1}`, `down ${COUNT + 1} ${COUNT}`];
      expect(first.crossings(worker.pid)).toEqual([...pair, ...pair]);
      // 2% of 1024 are 20.48: the 21st crosses it.
      expect(toldWays(second.events)).toEqual(new Map([[worker.pid, [...pair, ...pair, ...pair, 'end']]]));
      expect(toldWays(third.events)).toEqual(toldWays(second.events));
      expect(other.stdout).toHaveLength(5);
    },
    seconds(20),
  );

  it(
    'are a dozen in one process',
    async () => {
      for (let i = 0; i < 12; i++) open().watch(worker.pid, COUNT + 1);
      await worker.ask('1');
      await worker.end();
      for (const recorder of recorders) {
        await recorder.ended(worker.pid);
        expect(recorder.crossings(worker.pid)).toHaveLength(2);
      }
    },
    seconds(60),
  );
});
