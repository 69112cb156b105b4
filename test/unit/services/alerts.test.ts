import { describe, expect, it } from '@jest/globals';
import { alerts, parseRange } from '../../../src/services/index.js';

const alertsAt = (text: string, limit: number) => (value: number) =>
  alerts(parseRange(text), { value, limit });

describe('alerts', () => {
  it.each([
    ['50', [50, 51]],
    ['80%', [80, 81]],
    ['~:80%', [80, 81]],
    ['@~:9', [10, 9]],
    ['10:', [10, 9]],
    ['10%:', [10, 9]],
    ['10:90%', [10, 9]],
    ['10:90%', [90, 91]],
    ['@10:90%', [9, 10]],
    ['@10:90%', [91, 90]],
    ['0', [0, 1]],
    ['0%', [0, 1]],
    ['100%', [100, 101]],
    ['0.25%', [0, 1]],
  ])('of %s with a limit of 100, not at the first of %j but at the second', (text, values) => {
    expect(values.map(alertsAt(text, 100))).toEqual([false, true]);
  });

  it('computes shares exactly', () => {
    // 80% is 800000005.6; 0.07 * 100 is 7.000000000000001 in floating point.
    expect([800000005, 800000006].map(alertsAt('80%', 1000000007))).toEqual([false, true]);
    expect([800000006, 800000005].map(alertsAt('80%:', 1000000007))).toEqual([false, true]);
    expect([2, 1].map(alertsAt('0.01%:', 10_001))).toEqual([false, true]);
    expect([7, 8].map(alertsAt('7%', 100))).toEqual([false, true]);
    expect([899_999_999_999_999, 900_000_000_000_000].map(alertsAt('90%', 999_999_999_999_999))).toEqual([
      false,
      true,
    ]);
  });

  it('follows the limit', () => {
    expect([100, 1000].map((limit) => alertsAt('80%', limit)(200))).toEqual([true, false]);
  });

  it('takes every count for 0% of an unlimited resource', () => {
    const atAnyLimit = (text: string) => alertsAt(text, Infinity)(1_000_000);
    expect(['80%', '~:80%', '@80%:', '@80%:90%'].map(atAnyLimit)).toEqual([false, false, false, false]);
    expect(['10%:', '@~:80%', '50', '10:80%', '0%'].map(atAnyLimit)).toEqual([true, true, true, false, true]);
  });

  it('alerts at every count when the limit makes the end smaller than the start', () => {
    expect([0, 10, 49, 50, 51, 500].map(alertsAt('50:10%', 100))).toEqual(Array(6).fill(true));
    expect([0, 10, 49, 50, 51, 500].map(alertsAt('@50:10%', 100))).toEqual(Array(6).fill(false));
  });

  it('knows a limit of zero', () => {
    expect([0, 1].map(alertsAt('80%', 0))).toEqual([false, true]);
  });
});
