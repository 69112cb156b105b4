import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Alike } from '../support/alike.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { difference, toldWays, Walker } from '../support/walks.js';
import { operations, seconds } from '../support/where.js';

const COUNT = 20;
const LEVELS = [12, 20, 21, 64, 65, 100, 150, 256];

let alike: Alike;
let recorder: Recorder;
const workers: CWorker[] = [];

beforeAll(() => {
  alike = new Alike();
});

afterAll(() => {
  alike.restore();
});

beforeEach(() => {
  recorder = new Recorder({ queueBytes: 64 * 1024 * 1024 });
});

afterEach(async () => {
  recorder.descriptor.close();
  for (const worker of workers.splice(0)) await worker.end();
});

/** A process with COUNT descriptors, whose pid is like another's. */
async function start(like?: number): Promise<CWorker> {
  const startAny = () => CWorker.start('fd-worker');
  const worker =
    like === undefined
      ? await startAny()
      : await alike.start(like, startAny, { pidOf: ({ pid }) => pid, end: (each) => each.end() });
  workers.push(worker);
  await worker.ask(`open ${COUNT - (await worker.askNumber('open 0'))}`);
  return worker;
}

async function crossings(worker: CWorker): Promise<string[]> {
  await worker.end();
  await recorder.ended(worker.pid);
  return recorder.crossings(worker.pid);
}

/** What is told of a level two above COUNT that is crossed so many times. */
function twice(times: number): string[] {
  const once = [`up ${COUNT + 2} ${COUNT + 2}`, `down ${COUNT + 2} ${COUNT + 1}`];
  return Array.from({ length: times }, () => once).flat();
}

async function cross(worker: CWorker): Promise<void> {
  // One by one, each a step of the budget.
  for (let i = 0; i < 4; i++) await worker.ask('open 1');
  for (let i = 0; i < 4; i++) await worker.ask('close 1');
}

describe('processes whose pids have the same low bits', () => {
  it('are each told of, however many of them are watched, and when the first has ended', async () => {
    const first = await start();
    const second = await start(first.pid);
    const third = await start(first.pid);
    for (const worker of [first, second, third]) {
      recorder.watch(worker.pid, COUNT + 2);
      for (const each of workers) await cross(each);
    }
    expect(await crossings(first)).toEqual(twice(3));
    await cross(second);
    // It finds the place of the first free.
    const fourth = await start(first.pid);
    recorder.watch(fourth.pid, COUNT + 2);
    for (const each of [second, third, fourth]) await cross(each);
    expect(await crossings(second)).toEqual(twice(4));
    await cross(fourth);
    expect(await crossings(fourth)).toEqual(twice(2));
    expect(await crossings(third)).toEqual(twice(2));
  });

  it('are not told of when only another is watched', async () => {
    const first = await start();
    const second = await start(first.pid);
    recorder.watch(second.pid, COUNT + 2);
    await cross(first);
    await cross(second);
    recorder.descriptor.unwatch(second.pid, 'nofile');
    recorder.watch(first.pid, COUNT + 2);
    await cross(second);
    await cross(first);
    expect(await crossings(first)).toEqual(twice(1));
    expect(recorder.crossings(second.pid)).toEqual(twice(1));
  });

  it(
    'take a random walk, of which exactly the true crossings are told',
    async () => {
      const first = await start();
      recorder.watch(first.pid, 1000);
      const walk = { steps: operations(100_000, 10_000), seed: 6, threads: 3, forks: 1000, execs: 200 };
      const walker = await alike.start(first.pid, () => Walker.start({ ...walk, levels: LEVELS }), {
        pidOf: ({ worker }) => worker.pid,
        end: (each) => each.end(),
      });
      const { pid } = walker.worker;
      recorder.watch(pid, ...LEVELS);
      const truth = await walker.go();
      await recorder.ended(pid);
      await walker.end();
      expect(difference(toldWays(recorder.events), truth, false)).toBeUndefined();
    },
    seconds(60),
  );

  it(
    'open and close at the same level at once, in threads',
    async () => {
      const first = await start();
      recorder.watch(first.pid, 1000);
      const rounds = operations(50_000, 3_000);
      const hammer = await alike.start(
        first.pid,
        () => CWorker.start('hammer', { parameters: [3, rounds, COUNT] }),
        { pidOf: ({ pid }) => pid, end: (each) => each.end() },
      );
      workers.push(hammer);
      const level = COUNT + 2;
      recorder.watch(hammer.pid, level);
      const count = await hammer.askNumber('go');
      await hammer.end();
      await recorder.ended(hammer.pid);
      const told = recorder.of('level').map(({ direction }) => direction);
      expect(told.length).toBeGreaterThan(0);
      expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'up' : 'down')));
      expect(told.length % 2 === 1).toBe(count >= level);
    },
    seconds(30),
  );
});
