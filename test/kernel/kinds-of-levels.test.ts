import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setLimitsOf } from '../../src/ffi/index.js';
import { formatLevel, type Level } from '../../src/rlimit-events/index.js';
import { RESOURCES } from '../../src/resources/index.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { operations, seconds } from '../support/where.js';
import { randomFrom } from '../support/seeded.js';

jest.setTimeout(seconds(20));

const COUNT = 20;
const MOST = 100;
const MOVES = operations(400, 100);
const SHARES = [0, 1, 2.5, 5, 8, 12, 16, 20, 25, 33.33, 40, 45, 50, 60, 66.67, 75, 80, 90, 95, 100];
/** 64: some values, shares that are reached, and the same shares exceeded. */
const LEVELS: readonly Level[] = [
  ...Array.from({ length: 64 - 2 * SHARES.length }, (_, i): Level => ({ kind: 'value', value: 1 + 4 * i })),
  ...[false, true].flatMap((above) => SHARES.map((percent): Level => ({ kind: 'share', percent, above }))),
];

/** In integers, so that it is exact. */
function placeOf(level: Level, limit: number): number {
  if (level.kind === 'value') return level.value;
  if (limit === Infinity) return Infinity;
  const tenThousandths = Math.round(level.percent * 100) * limit;
  return level.above ? Math.floor(tenThousandths / 10_000) + 1 : Math.ceil(tenThousandths / 10_000);
}

const waysOf = () => new Map(LEVELS.map((level) => [formatLevel(level), [] as string[]]));

describe('64 levels of every kind', () => {
  let recorder: Recorder;
  let worker: CWorker;

  beforeEach(async () => {
    recorder = new Recorder();
    worker = await CWorker.start('fd-worker');
    await worker.ask(`open ${COUNT - (await worker.askNumber('open 0'))}`);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
  });

  it(`are each where the limit puts it, which moves them past each other (${MOVES} moves)`, async () => {
    const random = randomFrom(7);
    const truth = waysOf();
    const setLimit = (soft: number) => {
      setLimitsOf(worker.pid, RESOURCES.nofile.number, { soft, hard: 1024 });
    };
    let now = { value: COUNT, limit: MOST };
    setLimit(now.limit);
    recorder.descriptor.watch(worker.pid, { resource: 'nofile', levels: LEVELS });
    const move = (to: typeof now) => {
      for (const level of LEVELS) {
        const place = placeOf(level, to.limit);
        if (now.value >= placeOf(level, now.limit) !== to.value >= place)
          truth.get(formatLevel(level))?.push(`${to.value >= place ? 'up' : 'down'} ${place}`);
      }
      now = to;
    };
    const moveLimit = async (limit: number) => {
      if (limit === now.limit) return;
      setLimit(limit);
      await recorder.until(() => recorder.of('limit-changed').at(-1)?.limit === limit);
      move({ ...now, limit });
    };
    for (let i = 0; i < MOVES; i++) {
      await moveLimit(random.pick([0, 1, 2, 3, random.int(4, 2 * MOST), random.int(4, 2 * MOST), 1024]));
      if (random.int(0, 1) === 0) continue;
      // Who has more than its limit cannot open one, and with none the worker cannot count.
      await moveLimit(random.int(MOST, 2 * MOST));
      const value = random.int(COUNT, MOST);
      await worker.ask(value > now.value ? `open ${value - now.value}` : `close ${now.value - value}`);
      move({ ...now, value });
    }
    await worker.end();
    await recorder.ended(worker.pid);

    const told = waysOf();
    for (const { asked, direction, level } of recorder.of('level'))
      told.get(formatLevel(asked))?.push(`${direction} ${level}`);
    expect(told).toEqual(truth);
  });
});
