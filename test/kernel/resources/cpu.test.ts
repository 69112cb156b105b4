import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { setLimitsOf } from '../../../src/ffi/index.js';
import { RESOURCES } from '../../../src/resources/index.js';
import type { Level, LevelEvent } from '../../../src/rlimit-events/index.js';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { emulated, seconds } from '../../support/where.js';

jest.setTimeout(seconds(60));

const resource = 'cpu';
const SECOND = 1e6;
/** Of so many seconds. */
const value = (of: number): Level => ({ kind: 'value', value: of * SECOND });
/** More than it uses, also where a host takes its time: of a guest's process that counts as used. */
const eachSecond = Array.from({ length: 60 }, (_, i) => value(i + 1));
/**
 * How late the kernel may be charged and looked at, in microseconds of CPU time; in a guest, while whose processors
 * are stopped by the host the time goes on, only roughly.
 */
const LATEST = emulated ? 200_000 : 10_000;

describe('CPU time', () => {
  let recorder: Recorder;
  let workers: CWorker[];

  const burner = async () => {
    const worker = await CWorker.start('burner');
    workers.push(worker);
    return worker;
  };

  beforeEach(() => {
    workers = [];
    recorder = new Recorder({ resources: [resource] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    for (const worker of workers) await worker.end();
  });

  const levelsOf = ({ pid }: CWorker): LevelEvent[] =>
    recorder.of('level').filter((event) => event.pid === pid);

  const expectEachOnceAndInTime = (events: readonly LevelEvent[], used: number) => {
    const passed = Array.from({ length: Math.floor(used / SECOND) }, (_, i) => (i + 1) * SECOND);
    expect(events.map(({ direction, level }) => `${direction} ${level}`)).toEqual(
      passed.map((level) => `up ${level}`),
    );
    for (const { level, value } of events) {
      expect(value).toBeGreaterThanOrEqual(level);
      expect(value - level).toBeLessThan(LATEST);
    }
  };

  const watch = ({ pid }: CWorker, ...levels: Level[]) =>
    recorder.descriptor.watch(pid, { resource, levels });

  const reported = ({ pid }: CWorker) =>
    recorder.descriptor.report().find((each) => each.pid === pid)?.value ?? NaN;

  /** What it has used by the limit's own clock, in microseconds; what the kernel has told until now is here after this. */
  const burn = async (worker: CWorker, command: string) => {
    const used = Math.trunc((await worker.askNumber(command)) / 1000);
    await recorder.until(() => levelsOf(worker).length >= Math.floor(used / SECOND));
    return used;
  };

  it('is told at each level, of one that works without a pause', async () => {
    const worker = await burner();
    watch(worker, ...eachSecond);
    const used = await burn(worker, 'burn 1 3200');
    expectEachOnceAndInTime(levelsOf(worker), used);
    expect(reported(worker)).toBeGreaterThanOrEqual(used);
    expect(reported(worker) - used).toBeLessThan(LATEST);
  });

  it('is the sum of the threads, with others who want the CPUs as well', async () => {
    const worker = await burner();
    const others = await Promise.all([burner(), burner()]);
    watch(worker, ...eachSecond);
    const load = others.map((other) => other.ask(`burn ${availableParallelism()} 1500`));
    const used = await burn(worker, 'burn 5 3200');
    await Promise.all(load);
    expectEachOnceAndInTime(levelsOf(worker), used);
  });

  it('is that of threads that have ended, too', async () => {
    const worker = await burner();
    watch(worker, ...eachSecond);
    const used = await burn(worker, 'short 400 3');
    expectEachOnceAndInTime(levelsOf(worker), used);
    expect(Math.abs(reported(worker) - used)).toBeLessThan(LATEST);
  });

  it('is counted from the start of a process that has worked before', async () => {
    const worker = await burner();
    const used = (await worker.askNumber('burn 2 1300')) / 1000;
    const next = Math.floor(used / SECOND) + 1;
    expect(Math.abs(watch(worker, value(1), value(next)).value - used)).toBeLessThan(LATEST);
    await worker.ask(`burn 1 ${next * 1000 + 100}`);
    await recorder.until(() => levelsOf(worker).length > 0);
    expect(levelsOf(worker).map(({ direction, level }) => `${direction} ${level / SECOND}`)).toEqual([
      `up ${next}`,
    ]);
  });

  it('has shares of the soft limit, which follow prlimit(2)', async () => {
    const worker = await burner();
    const { pid } = worker;
    const limit = (soft: number) => {
      setLimitsOf(pid, RESOURCES[resource].number, { soft, hard: 100 });
    };
    limit(40);
    await worker.ask('burn 1 1200');
    watch(worker, { kind: 'share', percent: 25, above: false });
    limit(4);
    await recorder.until(() => recorder.of('level').length === 1);
    limit(50);
    await recorder.until(() => recorder.of('level').length === 2);
    expect(
      recorder.events.map((event) => {
        if (event.type === 'level')
          return `${event.direction} ${event.level / SECOND} of ${event.limit / SECOND}`;
        return event.type === 'limit-changed'
          ? `limit ${event.oldLimit / SECOND} to ${event.limit / SECOND}`
          : event.type;
      }),
    ).toEqual(['limit 40 to 4', 'up 1 of 4', 'limit 4 to 50', 'down 12.5 of 50']);
  });

  it.each([0, 4])('is told before the limit ends the process, with %d others to each CPU', async (times) => {
    // The kernel counts whole ticks: of who shares a CPU they are not what he has run.
    const others = await Promise.all(Array.from({ length: times }, burner));
    for (const other of others) other.send(`burn ${availableParallelism()} 60000`);
    const worker = await burner();
    setLimitsOf(worker.pid, RESOURCES[resource].number, { soft: 1, hard: 1 });
    watch(worker, { kind: 'share', percent: 50, above: false }, { kind: 'share', percent: 99, above: false });
    worker.send('burn 1 60000');
    await recorder.ended(worker.pid);
    expect(levelsOf(worker).map(({ direction, level }) => `${direction} ${level}`)).toEqual([
      'up 500000',
      'up 990000',
    ]);
  });

  it('is told of the members of a group', async () => {
    const worker = await burner();
    recorder.descriptor.addGroup('burners', { resource, levels: eachSecond }).match({
      kind: 'command',
      name: 'burner',
    });
    const used = await burn(worker, 'burn 1 1200');
    expectEachOnceAndInTime(levelsOf(worker), used);
    expect(levelsOf(worker)[0]?.groups).toEqual(['burners']);
  });
});
