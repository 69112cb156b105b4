import { describe, expect, it } from '@jest/globals';
import type { Range } from '../../../src/services/index.js';
import { alerts, levelAt, levelsOf, parseRange } from '../../../src/services/index.js';
import { forAll } from '../random.js';
import { randomRange } from './random-range.js';

describe('levelsOf', () => {
  it.each([
    ['50', [{ kind: 'value', value: 51 }]],
    ['80%', [{ kind: 'share', percent: 80, above: true }]],
    ['10:', [{ kind: 'value', value: 10 }]],
    ['0:', []],
    ['0%:', []],
    ['~:', []],
    [
      '@10%:90',
      [
        { kind: 'share', percent: 10, above: false },
        { kind: 'value', value: 91 },
      ],
    ],
  ])('gives the levels of %s', (text, levels) => {
    expect(levelsOf(parseRange(text))).toEqual(levels);
  });

  it('gives a level that several ranges need once', () => {
    expect(levelsOf(parseRange('50'), parseRange('51:80%'), parseRange('80%'))).toEqual([
      { kind: 'value', value: 51 },
      { kind: 'share', percent: 80, above: true },
    ]);
  });

  it('gives exactly the counts at which alerts() changes, for any range and limit', () => {
    forAll(2000, (random) => {
      const range = randomRange(random, 60);
      const limit = random.pick([random.int(0, 50), random.int(50, 5000), Infinity]);
      const greatest = limit === Infinity ? 100 : Math.max(limit, 60) + 3;
      expect({ range, limit, changes: levelsUpTo(greatest, range, limit) }).toEqual({
        range,
        limit,
        changes: changesUpTo(greatest, range, limit),
      });
    });
  });

  it('stays exact beside the limits that a kernel has', () => {
    forAll(2000, (random) => {
      const range = randomRange(random, 1_000_000_000);
      const limit = random.int(1, 2_000_000_000);
      for (const level of levelsOf(range).map((each) => levelAt(each, limit))) {
        const flips = changesBetween(level - 2, level + 1, range, limit);
        if (!alertsAlways(range, limit))
          expect([range, limit, flips]).toEqual([range, limit, expect.arrayContaining([level])]);
      }
    });
  });
});

/** The superfluous case that levelsOf() documents: an end below the start, so that nothing changes. */
function alertsAlways(range: Range, limit: number): boolean {
  const [start, end] = [levelsOf({ ...range, end: null }), levelsOf({ ...range, start: null })];
  return start.some((low) => end.some((high) => levelAt(low, limit) >= levelAt(high, limit)));
}

function levelsUpTo(greatest: number, range: Range, limit: number): number[] {
  if (alertsAlways(range, limit)) return [];
  const levels = levelsOf(range).map((level) => levelAt(level, limit));
  return [...new Set(levels)].filter((level) => 0 < level && level <= greatest).sort((a, b) => a - b);
}

function changesUpTo(greatest: number, range: Range, limit: number): number[] {
  return changesBetween(0, greatest, range, limit);
}

/** Found by asking at every count, the way that a level is defined: between one count and the next. */
function changesBetween(least: number, greatest: number, range: Range, limit: number): number[] {
  const changes = [];
  for (let value = Math.max(least, 0) + 1; value <= greatest; value++) {
    if (alerts(range, { value, limit }) !== alerts(range, { value: value - 1, limit })) changes.push(value);
  }
  return changes;
}
