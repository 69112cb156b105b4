import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setLimitsOf } from '../../../src/ffi/index.js';
import { formatLevel, type Level } from '../../../src/rlimit-events/index.js';
import { RESOURCES, type Resource } from '../../../src/resources/index.js';
import { CWorker } from '../../support/c-worker.js';
import { Recorder } from '../../support/recorder.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(20));

/** What a process that does nothing has. CPU time: see cpu.test.ts and rttime.test.ts; signals and queues: see user.test.ts. */
const still = (Object.keys(RESOURCES) as Resource[]).filter(
  (resource) => !['cpu', 'rttime', 'sigpending', 'msgqueue'].includes(resource),
);

describe('shares of a limit that nobody reaches or falls below', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: ['as', 'memlock'] });
    worker = await CWorker.start('reserve');
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it.each([2 ** 61, 2 ** 63, 2 ** 63 + 2 ** 62])(
    'are reached by nobody of %d, which is not unlimited',
    async (huge) => {
      const { pid } = worker;
      const { value } = recorder.descriptor.watch(pid, { resource: 'as', levels: [] });
      const little = value + 4096;
      setLimitsOf(pid, RESOURCES.as.number, { soft: little, hard: Infinity });
      recorder.descriptor.watch(pid, {
        resource: 'as',
        levels: [{ kind: 'share', percent: 80, above: false }],
      });
      for (const soft of [huge, little]) {
        setLimitsOf(pid, RESOURCES.as.number, { soft, hard: Infinity });
        await recorder.until(() => recorder.of('limit-changed').at(-1)?.limit === soft);
      }
      await worker.end();
      await recorder.ended(pid);
      const share = (limit: number) => Number((BigInt(limit) * 80n + 99n) / 100n);
      expect(recorder.of('level').map(({ direction, level }) => `${direction} ${level}`)).toEqual([
        `down ${share(huge)}`,
        `up ${share(little)}`,
      ]);
    },
  );

  it('are, of nothing, exceeded by the first byte, and reached by none, whatever their order is else', async () => {
    const { pid } = worker;
    setLimitsOf(pid, RESOURCES.memlock.number, { soft: 0, hard: 0 });
    const levels = [70, 80, 90].flatMap((percent) =>
      [true, false].map((above): Level => ({ kind: 'share', percent, above })),
    );
    expect(recorder.descriptor.watch(pid, { resource: 'memlock', levels })).toMatchObject({ value: 0 });
    await worker.ask('lock 4096');
    await worker.ask('release 4096');
    await worker.end();
    await recorder.ended(pid);
    const told = recorder
      .of('level')
      .map(({ asked, direction, level }) => `${direction} ${formatLevel(asked)} ${level}`);
    expect(told).toEqual([
      ...['70', '80', '90'].map((percent) => `up >${percent}% 1`),
      ...['90', '80', '70'].map((percent) => `down >${percent}% 1`),
    ]);
  });
});

describe.each(still)('a share of the soft limit of %s', (resource) => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder({ resources: [resource] });
    worker = await CWorker.start('memory', { parameters: [1, 1] });
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it('follows prlimit(2), which is told', async () => {
    const { pid } = worker;
    const { value } = recorder.descriptor.watch(pid, { resource, levels: [] });
    expect(value).toBeGreaterThan(0);
    recorder.descriptor.unwatch(pid, resource);
    const limit = (soft: number) => {
      setLimitsOf(pid, RESOURCES[resource].number, { soft, hard: 4 * value });
    };
    limit(4 * value);
    recorder.descriptor.watch(pid, { resource, levels: [{ kind: 'share', percent: 50, above: false }] });
    limit(2 * value);
    await recorder.until(() => recorder.of('level').length === 1);
    limit(3 * value);
    await recorder.until(() => recorder.of('level').length === 2);

    const half = (of: number) => Math.ceil(of / 2);
    expect(
      recorder.events.map((event) => {
        if (event.type === 'level')
          return `${event.direction} ${event.level} ${event.value} of ${event.limit} ${event.resource}`;
        return event.type === 'limit-changed' ? `limit ${event.oldLimit} to ${event.limit}` : event.type;
      }),
    ).toEqual([
      `limit ${4 * value} to ${2 * value}`,
      `up ${half(2 * value)} ${value} of ${2 * value} ${resource}`,
      `limit ${2 * value} to ${3 * value}`,
      `down ${half(3 * value)} ${value} of ${3 * value} ${resource}`,
    ]);
  });
});
