import { describe, expect, it } from '@jest/globals';
import type { Bound } from '../../../src/services/index.js';
import { InvalidRangeError, parseRange } from '../../../src/services/index.js';

const value = (count: number): Bound => ({ kind: 'value', value: count });
const share = (percent: number): Bound => ({ kind: 'share', percent });

describe('parseRange', () => {
  it.each([
    ['50', value(0), value(50), false],
    ['0', value(0), value(0), false],
    ['10:', value(10), null, false],
    [':20', value(0), value(20), false],
    ['10:20', value(10), value(20), false],
    ['10:10', value(10), value(10), false],
    ['~:20', null, value(20), false],
    ['~:', null, null, false],
    ['@10:20', value(10), value(20), true],
    ['@~:20', null, value(20), true],
    ['80%', value(0), share(80), false],
    ['0.25%', value(0), share(0.25), false],
    ['99.99%', value(0), share(99.99), false],
    ['100%', value(0), share(100), false],
    ['0%:80%', value(0), share(80), false],
    ['10:90%', value(10), share(90), false],
    ['@10%:90%', share(10), share(90), true],
    ['500:10%', value(500), share(10), false],
    ['999999999999999', value(0), value(999999999999999), false],
  ])('reads %s', (text, start, end, inside) => {
    expect(parseRange(text)).toEqual({ start, end, inside, text });
  });

  it('takes a number as YAML gives it', () => {
    expect(parseRange(50)).toEqual(parseRange('50'));
  });

  it.each([
    ['', 'has no bound'],
    ['@', 'has no bound'],
    [':', 'has no bound'],
    ['1:2:3', 'more than one colon'],
    ['20:10', 'starts above its end'],
    ['90%:10%', 'starts above its end'],
    ['~', '~ in a place other than the start'],
    ['10:~', '~ in a place other than the start'],
    ['-5', 'is not a range'],
    ['1.5', 'is not a range'],
    ['101%', 'is not a range'],
    ['100.01%', 'is not a range'],
    ['0.125%', 'is not a range'],
    ['80 %', 'is not a range'],
    ['10@', 'is not a range'],
    ['@10:90%x', 'has the bound "90%x"'],
    ['1000000000000000', 'is not a range'],
    ['many', 'is not a range'],
    [' 5', 'is not a range'],
    ['٣', 'is not a range'],
  ])('refuses %j and says why and what to write', (text, problem) => {
    expect(() => parseRange(text)).toThrow(InvalidRangeError);
    expect(() => parseRange(text)).toThrow(problem);
    expect(() => parseRange(text)).toThrow(/; .*\d/);
  });

  it.each([NaN, Infinity, -1, 0.5, 1e21])('refuses the number %d', (number) => {
    expect(() => parseRange(number)).toThrow(InvalidRangeError);
  });
});
