import { describe, expect, it } from '@jest/globals';
import { clipColumns, padColumns, widthOf } from '../../../src/text/index.js';

describe('the columns of a terminal', () => {
  it.each([
    ['broker[7]', 9],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['日本語', 6],
    ['ｶﾅ', 2],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['𠀋', 2],
    ['🔥', 2],
    ['🇩', 1],
    ['Ж…µ', 3],
    ['', 0],
  ])('of %j are %i', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
    expect(widthOf(padColumns(text, 12))).toBe(12);
    expect(padColumns(text, 0)).toBe(text);
  });

  it.each([
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['a日本', 4, 'a日…'],
    ['e\u0301te\u0301s', 3, 'e\u0301t…'],
    ['broker', 1, '…'],
    ['broker', 0, ''],
  ])('%j in %i of them is %j', (text, columns, clipped) => {
    expect(clipColumns(text, columns)).toBe(clipped);
  });
});
