import { beforeEach, describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../src/agent/clock.js';

const NOW = 1.7e12;
const HOUR = 3_600_000;

describe('a clock that nobody sets', () => {
  it('is the time of day until that is set, and goes on then', () => {
    let [wall, monotonic] = [NOW, 5];
    const clock = new SteadyClock(
      () => wall,
      () => monotonic,
    );
    expect(clock.now()).toBe(NOW);
    [wall, monotonic] = [NOW + 1000, 1005.7];
    expect(clock.now()).toBe(NOW + 1000);
    expect(clock.toWall(clock.now())).toBe(wall);
    wall += 50 * 365 * 86_400_000;
    expect(clock.now()).toBeCloseTo(NOW + 1000.7, 0);
    // What began a second ago began a second ago.
    expect(clock.toWall(NOW)).toBeCloseTo(wall - 1000.7, 0);
    expect(clock.fromWall(wall - 100)).toBeCloseTo(NOW + 900.7, 0);
    wall -= 3_600_000;
    monotonic += 10;
    wall += 10;
    expect(clock.now()).toBeCloseTo(NOW + 1010.7, 0);
  });
});

describe('a clock on a machine that is suspended', () => {
  let wall: number;
  let monotonic: number;
  let boot: number;
  let looks: number;
  let clock: SteadyClock;

  beforeEach(() => {
    [wall, monotonic, boot, looks] = [NOW, 5, 7000, 0];
    clock = new SteadyClock(
      () => wall,
      () => monotonic,
      () => {
        looks++;
        return boot;
      },
    );
  });

  const pass = (milliseconds: number) => {
    wall += milliseconds;
    monotonic += milliseconds;
    boot += milliseconds;
  };
  const suspend = (milliseconds: number) => {
    wall += milliseconds;
    // In steps of ten milliseconds.
    boot += milliseconds - 9;
  };

  it('leaves the times of before as they were, and goes on where it stood', () => {
    pass(1000);
    const before = clock.now();
    pass(500);
    suspend(2 * HOUR);
    pass(1000);
    expect(clock.now()).toBe(before + 1500);
    expect(clock.toWall(before)).toBe(NOW + 1000);
    expect(clock.toWall(clock.now())).toBe(wall);
    for (const time of [NOW - HOUR, NOW + 1000, wall - 10, wall])
      expect(clock.toWall(clock.fromWall(time))).toBe(time);
  });

  it('knows each time that it was, and that somebody set the clock as well', () => {
    const times = [clock.now()];
    for (let night = 0; night < 3; night++) {
      pass(HOUR);
      times.push(clock.now());
      suspend(2 * HOUR);
    }
    pass(HOUR);
    const asleep = [0, 0, 2, 4];
    const walls = () => times.map((time) => clock.toWall(time));
    expect(walls()).toEqual(asleep.map((hours, index) => NOW + (hours + index) * HOUR));
    wall -= 24 * HOUR;
    expect(walls()).toEqual(asleep.map((hours, index) => NOW + (hours + index - 24) * HOUR));
    expect(clock.now()).toBe(NOW + 4 * HOUR);
    for (const time of walls()) expect(clock.toWall(clock.fromWall(time))).toBe(time);
  });

  it('takes what it was longer for than the machine was suspended for the clock being set', () => {
    pass(1000);
    const before = clock.now();
    suspend(HOUR);
    wall += 2 * HOUR;
    expect(clock.now()).toBe(before);
    expect(clock.toWall(before) / HOUR).toBeCloseTo((NOW + 1000) / HOUR + 2, 3);
  });

  it('does not look at a third clock while all is as it was', () => {
    looks = 0;
    for (let second = 0; second < 100; second++) {
      pass(1000);
      clock.toWall(clock.now());
    }
    expect(looks).toBe(0);
  });
});
