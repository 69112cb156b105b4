import { describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../src/agent/clock.js';

const NOW = 1.7e12;

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
