import { describe, expect, it } from '@jest/globals';
import { Losses } from '../../../src/agent/losses.js';

const MINUTE = 60_000;
const keptOut = (count: number) => ({ missedLooks: count, places: { keptOut: count } });

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

  it('is said at once, in words, by the place where it was', () => {
    begin().add({ missedLooks: 0, places: { queue: 3, processes: 2 } });
    expect(said).toEqual([
      '3 events were lost, since the queue of events was full; 2 processes are not watched, since the table of processes is full; all states are read again',
    ]);
    begin().add(keptOut(7));
    expect(said).toEqual([expect.stringContaining('kept programs from running 7 times')]);
  });

  it('is a line a minute at most, which has all of it', () => {
    const losses = begin();
    for (now = 0; now < 3 * MINUTE; now += 1000) losses.add(keptOut(1));
    expect(said.map((line) => /running (\d+) times/.exec(line)?.[1])).toEqual(['1', '60', '60']);
    losses.say();
    expect(said.at(-1)).toContain('running 59 times');
    expect(losses.missedLooks).toBe(180);
    losses.add({ missedLooks: 2, places: { lock: 2 } });
    expect([losses.missedLooks, losses.places]).toEqual([182, { keptOut: 180, lock: 2 }]);
  });

  it('is not said when there is nothing', () => {
    begin().say();
    expect(said).toEqual([]);
  });
});
