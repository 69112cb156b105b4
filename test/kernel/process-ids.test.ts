import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { toldWays } from '../support/walks.js';
import { operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

const NO_SUCH_PROCESS = expect.objectContaining({ code: 'no-such-process' }) as unknown as Error;

let recorder: Recorder;
const workers: CWorker[] = [];

const start = async (name: string, ...parameters: number[]) => {
  const worker = await CWorker.start(name, { parameters });
  workers.push(worker);
  return worker;
};

beforeEach(() => {
  recorder = new Recorder();
});

afterEach(async () => {
  recorder.descriptor.close();
  for (const worker of workers.splice(0)) await worker.end();
});

/** What was told of a worker's process, and of no other. */
const wayOf = async (worker: CWorker) => {
  await worker.end();
  await recorder.ended(worker.pid);
  const ways = toldWays(recorder.events);
  expect([...ways.keys()]).toEqual([worker.pid]);
  return ways.get(worker.pid);
};

describe('a thread', () => {
  it('cannot be watched by its thread id', async () => {
    const threads = await start('threads');
    const tid = await threads.askNumber('tid');
    expect(tid).not.toBe(threads.pid);
    expect(() => recorder.watch(tid, 5)).toThrow(NO_SUCH_PROCESS);
    expect(recorder.descriptor.report()).toEqual([]);
  });

  it('is told by the pid of its process', async () => {
    const threads = await start('threads');
    const count = await threads.askNumber('open 0');
    recorder.watch(threads.pid, count + 2);
    await threads.ask('open 3');
    await threads.ask('leader close 0');
    await threads.ask('close 2');
    expect(await wayOf(threads)).toEqual([
      `up ${count + 2} ${count + 2}`,
      `down ${count + 2} ${count + 1}`,
      'end',
    ]);
  });

  it('that executes a program becomes the process, which goes on', async () => {
    const threads = await start('threads');
    const count = await threads.askNumber('open 0');
    recorder.watch(threads.pid, count + 2);
    await threads.ask('open 1');
    expect(await threads.ask('exec')).toBe('ready');
    await threads.ask('open 1');
    expect(await wayOf(threads)).toEqual([`exec ${count + 1}`, `up ${count + 2} ${count + 2}`, 'end']);
  });

  it('that outlives its leader is still told by the pid of the process', async () => {
    const threads = await start('threads');
    const count = await threads.askNumber('open 0');
    recorder.watch(threads.pid, count + 2);
    await threads.ask('leave');
    await becomesZombie(threads.pid);
    await threads.ask('open 2');
    expect(recorder.descriptor.report()).toMatchObject([{ pid: threads.pid, value: count + 2 }]);
    expect(await wayOf(threads)).toEqual([`up ${count + 2} ${count + 2}`, 'end']);
  });

  it('can be the last of a process that is watched only then', async () => {
    const threads = await start('threads');
    const count = await threads.askNumber('open 0');
    await threads.ask('leave');
    await becomesZombie(threads.pid);
    expect(recorder.watch(threads.pid, count + 1)).toMatchObject({ pid: threads.pid, value: count });
    await threads.ask('open 1');
    expect(await wayOf(threads)).toEqual([`up ${count + 1} ${count + 1}`, 'end']);
  });
});

describe('a pid', () => {
  it('that another process has later is not watched for it', async () => {
    const parent = await start('child');
    const pid = await parent.askNumber('fork');
    const count = await parent.askNumber('child open 0');
    recorder.watch(pid, count + 1);
    await parent.ask('kill');
    await parent.ask('reap');
    expect(await parent.askNumber('again')).toBe(pid);
    await parent.ask('child open 1');
    expect(recorder.descriptor.report()).toEqual([]);

    // Unless it is asked for again.
    expect(recorder.watch(pid, count + 2)).toMatchObject({ pid, value: count + 1 });
    await parent.ask('child open 1');
    await parent.ask('kill');
    await recorder.until(() => recorder.of('process-ended').length === 2);
    expect(toldWays(recorder.events)).toEqual(
      new Map([[pid, ['end', `up ${count + 2} ${count + 2}`, 'end']]]),
    );
  });

  it('of a process that has ended and is not reaped is refused, and takes no place', async () => {
    recorder.descriptor.close();
    recorder = new Recorder({ processes: 1 });
    const parent = await start('child');
    const pid = await parent.askNumber('fork');
    await parent.ask('kill');
    for (let i = 0; i < 3; i++) expect(() => recorder.watch(pid, 5)).toThrow(NO_SUCH_PROCESS);
    recorder.watch(parent.pid, 5);
    expect(recorder.descriptor.report()).toHaveLength(1);
  });

  const takings: Record<string, () => (pid: number) => unknown> = {
    'is being watched': () => (pid) => recorder.watch(pid, 1000),
    'is being added to a group': () => {
      const group = recorder.group('g', [1000]);
      return (pid) => group.add(pid);
    },
  };

  it.each(Object.entries(takings))(
    'that ends while it %s is either refused or told of to its end',
    async (_, toTake) => {
      const take = toTake();
      const microseconds = operations(1000, 50_000);
      const mayflies = await start('mayflies', operations(2000, 100), microseconds, 1);
      const taken: number[] = [];
      let refused = 0;
      mayflies.send('go');
      for (let pid = Number(await mayflies.line()); pid !== 0; pid = Number(await mayflies.line())) {
        try {
          take(pid);
          taken.push(pid);
        } catch (error) {
          expect(error).toEqual(NO_SUCH_PROCESS);
          refused++;
        }
      }
      await recorder.until(() => recorder.of('process-ended').length >= taken.length);
      expect(recorder.of('process-ended').map(({ pid }) => pid)).toEqual(taken);
      expect(recorder.of('level')).toEqual([]);
      expect(recorder.descriptor.report()).toEqual([]);
      // Both happen, or the test says nothing.
      expect(taken.length).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
    },
    // Each child may have to wait for its turn on a busy machine.
    seconds(60),
  );
});

/** No descriptor tells of it while other threads go on. */
async function becomesZombie(pid: number): Promise<void> {
  while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
    await new Promise((resolve) => setImmediate(resolve));
}
