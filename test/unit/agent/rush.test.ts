import { describe, expect, it } from '@jest/globals';
import { Rush } from '../../../src/agent/rush.js';

describe('a rush', () => {
  /** Whether it is one, asked after each of these times at which one comes. */
  const after = (rush: Rush, times: readonly number[]) => {
    let isOn = false;
    for (const time of times) {
      rush.note();
      isOn = rush.isOn(time);
    }
    return isOn;
  };
  const every = (distance: number, from = 0, count = 20) =>
    Array.from({ length: count }, (_, index) => from + index * distance);

  it('is many in a short time', () => {
    expect(after(new Rush(), every(5))).toBe(true);
  });

  it('is not as many in a longer time, nor a few', () => {
    expect(after(new Rush(), every(30))).toBe(false);
    expect(after(new Rush(), every(1, 0, 5))).toBe(false);
  });

  it('goes on while as many are seen together', () => {
    const rush = new Rush();
    after(rush, every(1));
    for (let time = 120; time < 1000; time += 100) {
      for (let count = 0; count < 12; count++) rush.note();
      expect(rush.isOn(time)).toBe(true);
    }
  });

  it('is over when there were few, or nobody has looked for long, or the clock was set back', () => {
    for (const later of [300, 5000, -5000]) {
      const rush = new Rush();
      expect(after(rush, every(1))).toBe(true);
      rush.note();
      expect(rush.isOn(later)).toBe(false);
    }
  });
});
