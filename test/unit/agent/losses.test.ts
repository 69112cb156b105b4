import { describe, expect, it } from '@jest/globals';
import { Losses } from '../../../src/agent/losses.js';

const MINUTE = 60_000;
const loss = (parts: { count?: number; unwatchedChildren?: number; missedLooks?: number }) => ({
  count: 0,
  unwatchedChildren: 0,
  missedLooks: 0,
  ...parts,
});

describe('what was lost', () => {
  const said: string[] = [];
  let now = 0;
  const begin = () => {
    said.length = 0;
    now = 0;
    return new Losses(
      (_level, text) => said.push(text),
      () => now,
    );
  };

  it('is said at once, in words', () => {
    begin().add(loss({ count: 3, unwatchedChildren: 2 }));
    expect(said).toEqual([
      '3 events were lost; 2 processes are not watched, since the table of processes is full; all states are read again',
    ]);
    begin().add(loss({ missedLooks: 7 }));
    expect(said).toEqual([expect.stringContaining('kept programs from running 7 times')]);
  });

  it('is a line a minute at most, which has all of it', () => {
    const losses = begin();
    for (now = 0; now < 3 * MINUTE; now += 1000) losses.add(loss({ missedLooks: 1 }));
    expect(said.map((line) => /running (\d+) times/.exec(line)?.[1])).toEqual(['1', '60', '60']);
    losses.say();
    expect(said.at(-1)).toContain('running 59 times');
    expect(losses.missedLooks).toBe(180);
  });

  it('is not said when there is nothing', () => {
    begin().say();
    expect(said).toEqual([]);
  });
});
