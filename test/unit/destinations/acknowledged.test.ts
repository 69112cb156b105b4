import { beforeEach, describe, expect, it } from '@jest/globals';
import { Acknowledged } from '../../../src/destinations/acknowledged.js';
import { result } from '../delivery/fake-destination.js';

describe('what a server has acknowledged', () => {
  let uptime: number;
  let acknowledged: Acknowledged;
  beforeEach(() => {
    uptime = 0;
    acknowledged = new Acknowledged(() => uptime);
  });

  it('is given back once, the newest of each service, in order', () => {
    const [one, two, three] = [result(1), result(2, { service: 'b' }), result(3)];
    for (const each of [one, two, three]) acknowledged.add(each);
    expect(acknowledged.giveBack()).toEqual([two, three]);
    expect(acknowledged.giveBack()).toEqual([]);
  });

  it('is not given back after five seconds', () => {
    const [old, young] = [result(1), result(2, { service: 'b' })];
    acknowledged.add(old);
    uptime = 1000;
    acknowledged.add(young);
    uptime = 5500;
    expect(acknowledged.giveBack()).toEqual([young]);
  });

  it('is given back if it was taken shortly before a question that has had no answer since', () => {
    const [old, young] = [result(1), result(2, { service: 'b' })];
    acknowledged.add(old);
    uptime = 5000;
    acknowledged.add(young);
    const askedAt = (uptime = 6000);
    uptime = 26_000;
    expect(acknowledged.giveBack(askedAt)).toEqual([young]);
  });

  it('and was given back is not given back again, but what is newer is', () => {
    acknowledged.add(result(1, { time: 1 }));
    acknowledged.giveBack();
    // As it comes back from the outbox: another object, with its delay.
    acknowledged.add(result(1, { time: 1, delay: 1000 }));
    expect(acknowledged.giveBack()).toEqual([]);
    acknowledged.add(result(2, { time: 2 }));
    expect(acknowledged.giveBack()).toHaveLength(1);
  });
});
