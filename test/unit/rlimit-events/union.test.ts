import { describe, expect, it } from '@jest/globals';
import { parseLevel } from '../../../src/rlimit-events/index.js';
import { checkWatching, union } from '../../../src/rlimit-events/membership/union.js';

const watching = (step: number, ...levels: string[]) => ({
  levels: levels.map((text) => parseLevel(text)),
  step,
});

describe('what a process in several groups is watched for', () => {
  it('is every level of each, once', () => {
    const { levels } = union([watching(0, '80%', '50', '20'), watching(0, '50', '80%', '80.5%')]);
    expect(levels.map(({ level }) => level)).toEqual(
      ['20', '50', '80%', '80.5%'].map((text) => parseLevel(text)),
    );
  });

  it.each([
    [[0, 0], 0],
    [[0, 10], 10],
    [[10, 25], 5],
    [[12, 18, 30], 6],
    [[7, 10], 1],
  ])('and of the steps %j each multiple, as %i gives them', (steps, step) => {
    expect(union(steps.map((each) => watching(each))).step).toBe(step);
  });

  it('is nothing where a group has no levels', () => {
    expect(union([watching(0)])).toMatchObject({ levels: [], step: 0 });
  });

  it.each([-1, 0.5, NaN])('is refused with a step of %d', (step) => {
    expect(() => {
      checkWatching(watching(step));
    }).toThrow('a step must be');
  });
});
