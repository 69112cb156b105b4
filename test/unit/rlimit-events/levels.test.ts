import { describe, expect, it } from '@jest/globals';
import { formatLevel, LevelError, parseLevel, type Level } from '../../../src/rlimit-events/index.js';
import { checkLevel, compareLevels } from '../../../src/rlimit-events/levels.js';

describe('parseLevel', () => {
  it.each<[string, Level]>([
    ['1', { kind: 'value', value: 1 }],
    ['0050', { kind: 'value', value: 50 }],
    ['9007199254740991', { kind: 'value', value: Number.MAX_SAFE_INTEGER }],
    ['0%', { kind: 'share', percent: 0, above: false }],
    ['80%', { kind: 'share', percent: 80, above: false }],
    ['99.99%', { kind: 'share', percent: 99.99, above: false }],
    ['100%', { kind: 'share', percent: 100, above: false }],
  ])('reads %s', (text, level) => {
    expect(parseLevel(text)).toEqual(level);
  });

  it.each([
    '',
    ' ',
    '0',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    ' 5',
    '5 ',
    '5\n',
    'many',
    '%',
    '9007199254740992',
  ])('refuses %j', (text) => {
    expect(() => parseLevel(text)).toThrow(LevelError);
  });

  it.each(['101%', '100.01%', '-1%', '1.234%', '.5%', '5 %', '80%%', '1000%'])('refuses %j', (text) => {
    expect(() => parseLevel(text)).toThrow(LevelError);
  });

  it('says what a level looks like', () => {
    expect(() => parseLevel('many')).toThrow(
      '"many" is not a level: give a count like 50, or a share of the soft limit like 80%',
    );
  });
});

describe('checkLevel', () => {
  it.each([NaN, Infinity, 0.5, 0, -1])('refuses the value %d', (value) => {
    expect(() => checkLevel({ kind: 'value', value })).toThrow(LevelError);
  });

  it.each([NaN, Infinity, -0.01, 100.01, 0.001])('refuses the share %d', (percent) => {
    expect(() => checkLevel({ kind: 'share', percent, above: false })).toThrow(LevelError);
  });

  it('takes every share of two decimals, however its number is rounded', () => {
    for (let hundredths = 0; hundredths <= 10_000; hundredths++)
      expect(() => checkLevel({ kind: 'share', percent: hundredths / 100, above: true })).not.toThrow();
  });
});

describe('formatLevel', () => {
  it.each(['1', '50', '0%', '80%', '12.5%', '99.99%'])('writes %s as it was read', (text) => {
    expect(formatLevel(parseLevel(text))).toBe(text);
  });

  it('tells "more than" from "at least"', () => {
    expect(formatLevel({ kind: 'share', percent: 80, above: true })).toBe('>80%');
  });
});

describe('compareLevels', () => {
  it('sorts by kind, and each from low to high, which is their order under any limit', () => {
    const share = (percent: number, above: boolean): Level => ({ kind: 'share', percent, above });
    const sorted = [parseLevel('5'), parseLevel('50'), share(20, false), share(90, false), share(20, true)];
    expect(sorted.toReversed().toSorted(compareLevels)).toEqual(sorted);
  });

  it('gives 0 for the same level', () => {
    expect(compareLevels(parseLevel('80%'), parseLevel('80%'))).toBe(0);
  });
});
