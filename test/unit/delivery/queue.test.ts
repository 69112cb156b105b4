import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeliveryQueue } from '../../../src/delivery/index.js';
import { FakeDestination, result } from './fake-destination.js';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the queue of a destination', () => {
  let destination: FakeDestination;
  let queue: DeliveryQueue;
  let log: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    // The middle of the jitter.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    destination = new FakeDestination();
    log = [];
    queue = new DeliveryQueue(destination, (level, message) => log.push(`${level} ${message}`));
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const push = async (...which: number[]) => {
    for (const number of which) queue.push(result(number));
    await pass(0);
  };
  const answer = async (status: Parameters<FakeDestination['answer']>[0]) => {
    destination.answer(status);
    await pass(0);
  };
  const warnings = () => log.filter((line) => !line.startsWith('detail '));

  it('delivers what happens in one instant together, in order', async () => {
    await push(1, 2, 3);
    expect(destination.batches).toEqual([[1, 2, 3]]);
  });

  it('has one batch under way, and what comes meanwhile goes together after it', async () => {
    await push(1);
    await push(2);
    await push(3);
    expect(destination.batches).toEqual([[1]]);
    await answer('delivered');
    expect(destination.batches).toEqual([[1], [2, 3]]);
    await answer('delivered');
    expect(destination.batches).toHaveLength(2);
  });

  it('tells each result that was sent, and nothing else when all is well', async () => {
    await push(1, 2);
    expect(log).toEqual([]);
    await answer('delivered');
    expect(log).toEqual([1, 2].map((number) => `detail fake: sent gw01\tbroker fds\t0\t${number}`));
  });

  it('keeps no timer while nothing waits', async () => {
    await push(1);
    expect(jest.getTimerCount()).toBe(0);
    await answer('delivered');
    expect(jest.getTimerCount()).toBe(0);
  });

  describe('when the destination is unreachable', () => {
    it('tries again after 1 s, 2 s, 4 s and so on, up to 5 min', async () => {
      await push(1);
      for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
        const tries = destination.batches.length;
        await answer('unreachable');
        await pass(seconds * 1000 - 1);
        expect(destination.batches).toHaveLength(tries);
        await pass(1);
        expect(destination.batches).toHaveLength(tries + 1);
      }
    });

    it.each([
      [0, 750],
      [1, 1250],
    ])('spreads the tries of many gateways (%d gives %d ms)', async (random, milliseconds) => {
      jest.spyOn(Math, 'random').mockReturnValue(random);
      await push(1);
      await answer('unreachable');
      await pass(milliseconds - 1);
      expect(destination.batches).toHaveLength(1);
      await pass(1);
      expect(destination.batches).toHaveLength(2);
    });

    it('keeps the order, and does not try earlier for what comes meanwhile', async () => {
      await push(1, 2);
      await push(3);
      await answer('unreachable');
      await push(4);
      expect(destination.batches).toEqual([[1, 2]]);
      await pass(1000);
      expect(destination.batches).toEqual([
        [1, 2],
        [1, 2, 3, 4],
      ]);
    });

    it('says what is wrong at each try, and when it is over', async () => {
      await push(1);
      await answer('unreachable');
      await push(2);
      await pass(1000);
      await answer('unreachable');
      await pass(2000);
      await answer('delivered');
      expect(warnings()).toEqual([
        'warning fake: it is unreachable (1 result waits, next try in 1 s)',
        'warning fake: it is unreachable (2 results wait, next try in 2 s)',
        'notice fake: delivers again',
      ]);
    });

    it('begins anew with 1 s after it was reached', async () => {
      await push(1);
      await answer('unreachable');
      await pass(1000);
      await answer('unreachable');
      await pass(2000);
      await answer('delivered');
      await push(2);
      await answer('unreachable');
      await pass(1000);
      expect(destination.batches.at(-1)).toEqual([2]);
      expect(destination.batches).toHaveLength(5);
    });
  });

  it('tries slower after a rejection: somebody has to mend something', async () => {
    await push(1);
    await answer('rejected');
    await pass(29_999);
    expect(destination.batches).toEqual([[1]]);
    await pass(1);
    expect(destination.batches).toEqual([[1], [1]]);
    await answer('rejected');
    await pass(59_999);
    expect(destination.batches).toHaveLength(2);
    await pass(1);
    expect(destination.batches).toHaveLength(3);
  });

  it('gives up what can never be sent, and says so', async () => {
    await push(1);
    await push(2);
    await answer('invalid');
    expect(warnings()).toEqual(['warning fake: it is invalid']);
    expect(destination.batches).toEqual([[1], [2]]);
  });

  describe('when more than 1000 results wait', () => {
    it('drops the oldest, says so once, and how many at the end', async () => {
      await push(0);
      await push(...numbers(1, 1003));
      await answer('delivered');
      expect(destination.batches[1]).toEqual(numbers(4, 1003));
      expect(warnings()).toEqual([
        'warning fake: 1000 results wait, and the oldest are dropped from now on',
        'notice fake: delivers again; 3 of the oldest dropped',
      ]);
    });

    it('begins anew each time', async () => {
      await push(0);
      await push(...numbers(1, 1003));
      await answer('delivered');
      await push(...numbers(1, 1001));
      await answer('delivered');
      await answer('delivered');
      expect(warnings().slice(2)).toEqual([
        'warning fake: 1000 results wait, and the oldest are dropped from now on',
        'notice fake: delivers again; 1 of the oldest dropped',
      ]);
    });

    it('counts those of a batch that comes back', async () => {
      await push(1, 2);
      await push(...numbers(3, 1001));
      await answer('unreachable');
      await pass(1000);
      expect(destination.batches[1]).toEqual(numbers(2, 1001));
      expect(warnings()[0]).toBe('warning fake: 1000 results wait, and the oldest are dropped from now on');
    });
  });

  describe('after stop()', () => {
    it('breaks off what is under way, and delivers nothing more', async () => {
      await push(1);
      await push(2);
      queue.stop();
      expect(destination.signal?.aborted).toBe(true);
      await answer('unreachable');
      await push(3);
      await pass(1_000_000);
      expect(destination.batches).toEqual([[1]]);
      expect(log).toEqual([]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('does not try again', async () => {
      await push(1);
      await answer('unreachable');
      queue.stop();
      expect(jest.getTimerCount()).toBe(0);
      await pass(1_000_000);
      expect(destination.batches).toHaveLength(1);
    });

    it('does not begin', async () => {
      queue.push(result(1));
      queue.stop();
      await pass(0);
      expect(destination.batches).toEqual([]);
    });
  });
});
