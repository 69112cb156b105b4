import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { microsecondsPerTick } from '../../../src/ffi/index.js';
import type { Level } from '../../../src/rlimit-events/index.js';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(30));

const resource = 'rttime';
const MS = 1000;
const HARD = 20_000 * MS;

describe('real time without a pause', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: [resource] });
    worker = await CWorker.start('realtime', { parameters: [10_000 * MS, HARD] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  /** Not for a given time: where ticks get lost, as on a busy host of a guest, it counts for less. */
  const workUntil = async (isTold: () => boolean, next: string) => {
    worker.send('work');
    await recorder.until(isTold);
    worker.send(next);
    for (let answers = 0; answers < 2; answers++) await worker.line();
  };

  it('is told at each level, and that it begins anew when the process has waited', async () => {
    const { pid } = worker;
    const levels = [100, 200].map((ms): Level => ({ kind: 'value', value: ms * MS }));
    recorder.descriptor.watch(pid, { resource, levels });
    for (let round = 0; round < 2; round++) {
      await workUntil(() => recorder.of('level').length >= 4 * round + 2, 'run 0');
    }
    await recorder.until(() => recorder.of('level').length >= 8);
    const told = recorder.of('level');
    expect(told.map(({ direction, level }) => `${direction} ${level / MS}`)).toEqual(
      [1, 2].flatMap(() => ['up 100', 'up 200', 'down 200', 'down 100']),
    );
    // The kernel looks once a tick, and a level need not be a multiple of it.
    for (const { direction, value, level } of told)
      if (direction === 'up') expect(value - level).toBeLessThan(microsecondsPerTick());
  });

  it('has shares of the soft limit, which follow setrlimit(2)', async () => {
    const { pid } = worker;
    recorder.descriptor.watch(pid, { resource, levels: [{ kind: 'share', percent: 25, above: false }] });
    await worker.ask(`limit ${800 * MS}`);
    await workUntil(() => recorder.of('level').length >= 1, 'run 0');
    // Only when it waits has it had a pause.
    await recorder.until(() => recorder.of('level').length >= 2);
    await worker.ask(`limit ${5000 * MS}`);
    await recorder.until(() => recorder.of('limit-changed').length >= 2);
    expect(
      recorder.events.map((event) => {
        if (event.type === 'level') return `${event.direction} ${event.level / MS}`;
        return event.type === 'limit-changed' ? `limit to ${event.limit / MS}` : event.type;
      }),
    ).toEqual(['limit to 800', 'up 200', 'down 200', 'limit to 5000']);
  });
});
