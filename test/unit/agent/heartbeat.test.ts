import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Heartbeat } from '../../../src/agent/heartbeat.js';

const PERIOD = 300_000;

describe('a heartbeat', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** The milliseconds between so many beats. */
  const intervals = (count: number) => {
    const times = [Date.now()];
    const heartbeat = new Heartbeat(PERIOD, () => times.push(Date.now()));
    for (let i = 0; i < count; i++) jest.advanceTimersToNextTimer();
    heartbeat.stop();
    return times.slice(1).map((time, i) => time - (times[i] ?? 0));
  };

  it('comes in each period, at most a tenth of it earlier, and no two gateways keep in step', () => {
    const found = intervals(1000);
    expect(found).toHaveLength(1000);
    expect(Math.max(...found)).toBeLessThanOrEqual(PERIOD);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0.9 * PERIOD - 1);
    // Of a thousand, some are near each end.
    expect(Math.max(...found)).toBeGreaterThan(0.98 * PERIOD);
    expect(Math.min(...found)).toBeLessThan(0.92 * PERIOD);
  });

  it.each([
    [0, PERIOD],
    [0.5, 0.95 * PERIOD],
  ])('is earlier by chance: %d gives %d ms', (random, interval) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    expect(intervals(3)).toEqual([interval, interval, interval]);
  });

  it('ends when it is stopped, and without a period it is none', () => {
    new Heartbeat(PERIOD, () => undefined).stop();
    new Heartbeat(undefined, () => undefined);
    expect(jest.getTimerCount()).toBe(0);
  });
});
