import { describe, expect, it } from '@jest/globals';
import { A, Driven, newService, of100, said } from './driven.js';

const SECOND = 1000;
const held = (hold = 5 * SECOND) => new Driven(newService({ hold }));

describe('hold', () => {
  it('gives two results of a process that swings over a level a thousand times a second', () => {
    const driven = held().has(0, 50);
    for (let time = 1; time <= 10 * SECOND; time++) driven.has(time, time % 2 === 1 ? 51 : 50);
    expect(driven.told).toEqual(['OK 50 @0', 'WARNING 51 @1']);
    expect(driven.toEnd().told).toEqual(['OK 50 @15000']);
  });

  it('starts anew whenever it is as bad again', () => {
    const driven = held().has(0, 51).has(100, 50).has(5099, 51).has(5100, 50).has(10_099, 50);
    expect(driven.told).toEqual(['WARNING 51 @0']);
    expect(driven.service.wakeAt).toBe(10_100);
    expect(driven.toEnd().told).toEqual(['OK 50 @10100']);
  });

  it('delays no worsening', () => {
    const driven = held().has(0, 51).has(1, 50).has(2, 81).has(3, 50);
    expect(driven.told).toEqual(['WARNING 51 @0', 'CRITICAL 81 @2']);
  });

  it('leaves each of the worse states when it was better than that for as long', () => {
    const driven = held().has(0, 90).has(1000, 60).has(3000, 10).toEnd();
    expect(driven.told).toEqual(['CRITICAL 90 @0', 'WARNING 10 @6000', 'OK 10 @8000']);
  });

  it('says that the state is held, with the figures of now', () => {
    const driven = held().has(0, 90).has(1, 10);
    expect(said(driven.service.repeat(2, 'heartbeat'))).toMatch(
      /^FDS CRITICAL - a\[1\] has 10 of 100 open files \(10%\), held \|fds=10;/,
    );
    driven.at(3, (service) => {
      service.remove(1, 3);
    });
    expect(said(driven.service.repeat(4, 'heartbeat'))).toBe(
      'FDS CRITICAL - a[1] has ended, no process matches, held',
    );
    expect(driven.toEnd().results.at(-1)).toMatchObject({ state: 'UNKNOWN', time: 5001 });
  });

  it('holds a spike that nobody saw', () => {
    const driven = held()
      .has(0, 10)
      .at(10, (service) => {
        service.update(1, of100(90), 9);
        service.update(1, of100(10), 9.5);
      });
    expect(driven.told).toEqual(['OK 10 @0', 'CRITICAL 90 @9']);
    expect(driven.service.wakeAt).toBe(5009.5);
    expect(driven.toEnd().told).toEqual(['OK 10 @5009.5']);
  });

  it('ends the absence of a process when one is there', () => {
    expect(held().at(0).has(1, 10).toEnd().told).toEqual(['UNKNOWN @0', 'OK 10 @1']);
  });

  it('holds what a process had while it was away, and no longer', () => {
    const gone = (driven: Driven, time: number) =>
      driven.at(time, (service) => {
        service.remove(1, time);
      });
    const restarted = gone(held().has(0, 60), 1000).has(1500, 10);
    expect(restarted.told).toEqual(['WARNING 60 @0', 'UNKNOWN @1000', 'WARNING 10 @1500']);
    expect(restarted.toEnd().told).toEqual(['OK 10 @6000']);
    expect(gone(held().has(0, 60), 1000).has(9000, 10).told.slice(1)).toEqual([
      'UNKNOWN @1000',
      'OK 10 @9000',
    ]);
    const critical = new Driven(newService({ hold: 5 * SECOND, absent: 'CRITICAL' })).has(0, 90);
    expect(gone(critical, 1000).has(2000, 10).toEnd().told).toEqual(['CRITICAL 90 @0', 'OK 10 @6000']);
  });

  it('of half an hour is no longer for a daemon that is restarted again and again, and tells no absence that is over', () => {
    const driven = held(1800 * SECOND).has(0, 60);
    for (const time of [10, 20, 30].map((seconds) => seconds * SECOND))
      driven
        .at(time, (service) => {
          service.remove(1, time);
        })
        .has(time + 500, 10);
    expect(driven.told).toEqual([
      'WARNING 60 @0',
      ...[10, 20, 30].flatMap((seconds) => [`UNKNOWN @${seconds}000`, `WARNING 10 @${seconds}500`]),
    ]);
    expect(driven.toEnd().told).toEqual([`OK 10 @${1810 * SECOND}`]);
  });

  it('ends an absence with whoever is in the place of the one before, as a pid file names it', () => {
    const other = { pid: 2, name: 'a' };
    const driven = held(3600 * SECOND)
      .has(0, 10)
      .at(1000, (service) => {
        service.leave(A.pid, 1000);
      })
      .at(1400, (service) => {
        service.add(other, of100(60), 1400);
      })
      .at(2000, (service) => {
        service.remove(other.pid, 2000);
      })
      .has(2500, 20);
    expect(driven.told).toEqual([
      'OK 10 @0',
      'UNKNOWN @1000',
      'WARNING 60 @1400',
      'UNKNOWN @2000',
      'WARNING 20 @2500',
    ]);
    expect(driven.toEnd().told).toEqual([`OK 20 @${3602 * SECOND}`]);
  });

  it('ends an absence when all is read again after a loss, and when a restarted one has the limit that it is to have', () => {
    const driven = new Driven(newService({ hold: 60 * SECOND, leastLimit: 64 })).has(0, 10);
    const reads = (time: number, limit?: number) =>
      driven.at(time, (service) => {
        const reading = { value: 10, limit: limit ?? 0 };
        service.replaceAll(limit === undefined ? [] : [{ process: A, reading }], time);
      });
    reads(1000);
    reads(2000, 100);
    driven.at(3000, (service) => {
      service.remove(A.pid, 3000);
    });
    // The helper that starts it, and then itself.
    reads(4000, 1);
    driven.at(5000, (service) => {
      service.update(A.pid, of100(10), 5000);
    });
    expect(driven.toEnd().told).toEqual([
      'OK 10 @0',
      'UNKNOWN @1000',
      'OK 10 @2000',
      'UNKNOWN @3000',
      'OK 10 @5000',
    ]);
  });

  it('does not make an absence of one of two, and ends that of both with the first that is back', () => {
    const driven = new Driven(newService({ hold: 60 * SECOND, absent: 'WARNING' })).has(0, 10);
    const other = { pid: 2, name: 'b' };
    driven.at(1, (service) => {
      service.add(other, of100(10), 1);
    });
    for (const [pid, time] of [
      [1, 1000],
      [2, 2000],
    ] as const)
      driven.at(time, (service) => {
        service.remove(pid, time);
      });
    driven.at(3000, (service) => {
      service.add(other, of100(10), 3000);
    });
    expect(driven.toEnd().told).toEqual(['OK 10 @0', 'WARNING @2000', 'OK 10 @3000']);
  });

  it.each(['OK', 'CRITICAL'] as const)('and doubt, which is UNKNOWN though it may be %s', (absent) => {
    const driven = new Driven(newService({ hold: 5 * SECOND, absent }));
    driven.service.doubt('there is no user x', 0);
    expect(driven.at(0).results[0]?.text).toBe('FDS UNKNOWN - there is no user x');
    driven.at(1000, (service) => {
      service.add(A, of100(10), 1000);
      service.doubt(undefined, 1000);
    });
    expect(driven.told).toEqual(['UNKNOWN @0', 'OK 10 @1000']);
  });

  it('is not longer than from now on when the clock is set back', () => {
    const { service } = held().has(1_000_000, 90).has(1_000_001, 10);
    expect(service.wakeAt).toBe(1_005_001);
    expect(service.result(500)).toBeUndefined();
    expect(service.wakeAt).toBe(5500);
    expect(service.result(5499)).toBeUndefined();
    expect(service.result(5500)).toMatchObject({ state: 'OK', time: 5500 });
  });

  it('does not bring back what it had let go when the clock is set back', () => {
    const driven = held().has(0, 90).has(1, 10).toEnd();
    expect(driven.told).toHaveLength(2);
    expect(driven.service.result(2)).toBeUndefined();
    expect(driven.service.wakeAt).toBeUndefined();
  });

  it('does not wait for a time that an event brought from the future', () => {
    const service = newService({ hold: 5 * SECOND });
    service.add(A, of100(90), 3_600_000);
    service.update(1, of100(10), 3_600_000);
    expect(service.result(10)).toMatchObject({ state: 'CRITICAL', time: 10 });
    expect(service.wakeAt).toBe(5010);
  });
});

describe('the pace', () => {
  it('is ten results a second, of a process that swings a thousand times a second, and the last one is true', () => {
    const driven = new Driven(newService()).has(0, 10);
    for (let time = 1; time < 10 * SECOND; time++) driven.has(time, time % 2 === 1 ? 95 : 10);
    driven.has(10 * SECOND, 20).toEnd();
    const times = driven.results.map(({ time }) => time);
    expect(times.length).toBeGreaterThan(50);
    expect(times.length).toBeLessThanOrEqual(100);
    expect(driven.results.at(-1)).toMatchObject({ state: 'OK', worst: { process: A } });
    expect(driven.now).toBeLessThan(11 * SECOND);
  });

  it('leaves room for the three worsenings that may follow, and no more', () => {
    const driven = new Driven(newService()).has(0, 10);
    for (let time = 1; time < 100; time++) driven.has(time, time % 2 === 1 ? 95 : 10);
    driven.has(100, 10);
    expect(driven.results.map(({ time }) => time)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(driven.service.wakeAt).toBe(1001);
  });

  it('lets no worsening wait, however many results there have been', () => {
    const driven = new Driven(newService());
    for (let time = 0; time < 3 * SECOND; time += 10)
      driven
        .has(time, 10)
        .has(time + 2, 60)
        .at(time + 4, (service) => {
          service.remove(1, time + 4);
        })
        .has(time + 6, 90);
    const worsened = driven.results.filter((result) => result.worsened);
    expect(worsened.length).toBeGreaterThan(6);
    // It was seen when it happened: 60 at 2, the end at 4, 90 at 6.
    expect(new Set(worsened.map(({ state, time }) => `${state} ${time % 10}`))).toEqual(
      new Set(['WARNING 2', 'UNKNOWN 4', 'CRITICAL 6']),
    );
  });

  it('delays nothing of a service that changes now and then', () => {
    const driven = new Driven(newService());
    for (let time = 0; time < 10 * SECOND; time += 250) driven.has(time, time % 500 === 0 ? 10 : 95);
    expect(driven.told).toHaveLength(40);
  });

  it('does not wait for ever when the clock is set back', () => {
    const driven = new Driven(newService()).has(1_000_000, 10);
    for (let time = 1; time <= 50; time++) driven.has(1_000_000 + time, time % 2 === 1 ? 95 : 10);
    expect(driven.service.wakeAt).toBeGreaterThan(1_000_900);
    expect(driven.service.result(7)).toBeUndefined();
    expect(driven.service.wakeAt).toBe(1007);
    driven.results.splice(0);
    driven.now = 7;
    expect(driven.toEnd().results.at(-1)?.state).toBe('OK');
  });
});
