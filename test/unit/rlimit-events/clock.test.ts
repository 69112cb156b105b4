import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { monotonicClock } from '../../../src/rlimit-events/clock.js';

const SECOND = 1_000_000_000n;

describe('monotonicClock', () => {
  let wall: number;
  let monotonic: bigint;

  const start = () => {
    wall = 1_800_000_000_000;
    monotonic = 5000n * SECOND;
    jest.spyOn(Date, 'now').mockImplementation(() => wall);
    jest.spyOn(process.hrtime, 'bigint').mockImplementation(() => monotonic);
    return monotonicClock();
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('gives the wall-clock time of a moment, with its microseconds', () => {
    const toWallClock = start();
    expect(toWallClock(5000n * SECOND)).toBe(1_800_000_000_000);
    expect(toWallClock(4999n * SECOND + 1_234_000n)).toBeCloseTo(1_799_999_999_001.234, 3);
  });

  it('does not follow what is only the rounding of a millisecond', () => {
    const toWallClock = start();
    monotonic += SECOND + 900_000n;
    wall += 1000;
    expect(toWallClock(5001n * SECOND)).toBe(1_800_000_001_000);
  });

  it.each([3_600_000, -3_600_000, 3])('follows when the wall clock is set by %d ms', (change) => {
    const toWallClock = start();
    wall += change;
    expect(toWallClock(5000n * SECOND)).toBe(1_800_000_000_000 + change);
  });

  it('agrees with the clocks of this machine', () => {
    const before = Date.now();
    const time = monotonicClock()(process.hrtime.bigint());
    expect(time).toBeGreaterThan(before - 2);
    expect(time).toBeLessThan(Date.now() + 2);
  });
});
