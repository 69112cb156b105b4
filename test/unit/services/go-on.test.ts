import { describe, expect, it } from '@jest/globals';
import { pluginOutput } from '../../../src/services/index.js';
import { A, Driven, newService, of100 } from './driven.js';

const SECOND = 1000;
const HOLD = { hold: 5 * SECOND };

/** The next agent's service, which has looked at the process for itself. */
function next(before: Driven, now: number, value: number, changed = HOLD): Driven {
  const driven = new Driven(newService(changed));
  driven.service.add(A, of100(value), now);
  driven.service.goOnFrom(before.service, now);
  driven.now = now;
  return driven;
}

describe('a service that goes on from another', () => {
  it('holds as long as that would have', () => {
    const before = new Driven(newService(HOLD)).has(0, 60).has(1000, 10);
    const after = next(before, 4000, 10);
    expect(after.at(4000).told).toEqual([]);
    expect(after.service.status()).toMatchObject({ state: 'WARNING', since: 0 });
    expect(after.toEnd().told).toEqual(['OK 10 @6000']);
  });

  it('holds as long as the first of several would have', () => {
    const first = new Driven(newService(HOLD)).has(0, 60).has(1000, 10);
    const last = [2000, 3000, 5000].reduce((before, now) => next(before, now, 10), first);
    expect(last.toEnd().told).toEqual(['OK 10 @6000']);
  });

  it('ends an absence at once, be the process back before or after it is read again, and holds on what was held', () => {
    const gone = (time: number) =>
      new Driven(newService(HOLD))
        .has(0, 60)
        .has(1000, 10)
        .at(time, (service) => {
          service.remove(A.pid, time);
        });
    // A daemon is restarted while the file is read.
    const back = next(gone(2000), 2500, 10);
    expect(back.at(2500).told).toEqual(['WARNING 10 @2500']);
    expect(back.toEnd().told).toEqual(['OK 10 @6000']);
    const before = gone(2000);
    const still = new Driven(newService(HOLD));
    still.service.goOnFrom(before.service, 2500);
    expect(still.at(2500).told).toEqual([]);
    expect(still.has(3000, 10).toEnd().told).toEqual(['WARNING 10 @3000', 'OK 10 @6000']);
  });

  it('tells the peak of before, once', () => {
    const before = new Driven(newService()).has(0, 10).has(1000, 49).has(1001, 10);
    const after = next(before, 2000, 11);
    expect(pluginOutput(after.service.repeat(3000, 'heartbeat'))).toContain('fds_peak=49');
    expect(pluginOutput(after.service.repeat(4000, 'heartbeat'))).toContain('fds_peak=11');
  });

  it('counts on, and keeps the most that there was', () => {
    const before = new Driven(newService()).has(0, 10).has(1000, 90).has(1001, 60);
    const after = next(before, 2000, 60, { hold: 0 });
    expect(after.service.status()).toMatchObject({ changes: 2, highest: 90 });
    expect(after.has(3000, 10).service.status()).toMatchObject({ changes: 3, highest: 90 });
  });

  it('tells what has changed between the two', () => {
    const before = new Driven(newService(HOLD)).has(0, 10);
    const worse = next(before, 2000, 90);
    expect(worse.at(2000).told).toEqual(['CRITICAL 90 @2000']);
    const better = next(worse, 3000, 10);
    expect(better.at(3000).told).toEqual([]);
    expect(better.toEnd().told).toEqual(['OK 10 @8000']);
  });

  it('tells a worsening that the other saw and had not told yet', () => {
    const before = new Driven(newService(HOLD)).has(0, 10);
    before.service.update(1, of100(90), 1000);
    before.service.update(1, of100(10), 1001);
    const after = next(before, 1002, 10);
    expect(after.at(1002).told).toEqual(['CRITICAL 90 @1000']);
  });

  it('keeps the pace of both together', () => {
    const driven = new Driven(newService({ hold: 0 }));
    for (let time = 0; time < 20; time++) driven.has(time, time % 2 === 0 ? 60 : 10);
    const count = driven.results.length;
    const after = next(driven, 20, 60, { hold: 0 });
    for (let time = 21; time < 40; time++) after.has(time, time % 2 === 0 ? 60 : 10);
    expect(count + after.results.length).toBeLessThanOrEqual(10);
  });

  it('begins by itself when the other has told nothing', () => {
    const after = next(new Driven(newService(HOLD)), 1000, 60);
    expect(after.at(1000).told).toEqual(['WARNING 60 @1000']);
  });
});
