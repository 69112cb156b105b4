import { describe, expect, it } from '@jest/globals';
import { Ranking } from '../../../src/services/ranking.js';
import { randomFrom } from '../../support/seeded.js';
import { forAll } from '../random.js';

describe('a ranking', () => {
  it('has the same first ones as sorting has, whatever was set and deleted', () => {
    type Entry = readonly [key: number, size: number];
    const before = (one: Entry, other: Entry) =>
      one[1] > other[1] || (one[1] === other[1] && one[0] < other[0]);
    forAll(50, (random) => {
      const ranking = new Ranking<Entry>(before);
      const known = new Map<number, Entry>();
      for (let step = 0; step < 300; step++) {
        const key = random.int(0, 30);
        if (random.int(0, 2) === 0) {
          ranking.delete(key);
          known.delete(key);
        } else {
          const entry: Entry = [key, random.int(0, 10)];
          ranking.set(key, entry);
          known.set(key, entry);
        }
        const sorted = [...known.values()].sort((one, other) => (before(one, other) ? -1 : 1));
        expect([ranking.first, ranking.size, ranking.get(key)]).toEqual([
          sorted[0],
          sorted.length,
          known.get(key),
        ]);
        expect(ranking.top(5)).toEqual(sorted.slice(0, 5));
      }
      expect(ranking.top(100)).toHaveLength(known.size);
      ranking.clear();
      expect([ranking.first, ranking.size, ranking.top(1)]).toEqual([undefined, 0, []]);
    });
  });

  it('compares only a few of ten thousand for a change, and for the first ten', () => {
    let compared = 0;
    const ranking = new Ranking<number>((one, other) => {
      compared++;
      return one > other;
    });
    const random = randomFrom(12);
    for (let key = 0; key < 10_000; key++) ranking.set(key, random.int(0, 1000));
    const costOf = (act: () => void) => {
      compared = 0;
      act();
      return compared;
    };
    for (let round = 0; round < 1000; round++) {
      const key = random.int(0, 9999);
      // Its way up or down fourteen levels, with two comparisons on each.
      const cost = costOf(() => {
        ranking.set(key, random.int(0, 1000));
      });
      expect(cost).toBeLessThanOrEqual(30);
    }
    expect(costOf(() => ranking.top(10))).toBeLessThan(200);
  });
});
