import { describe, expect, it } from '@jest/globals';
import { MAX_LEVELS } from '../../../src/rlimit-events/index.js';
import { checkLevel } from '../../../src/rlimit-events/levels.js';
import { parseRange } from '../../../src/services/index.js';
import { A, B, Driven, newService, of100 } from './driven.js';

const tenths = { kind: 'share', percent: 10 } as const;
const tens = { kind: 'value', value: 10 } as const;
const reporting = (reportEvery: typeof tenths | typeof tens) =>
  new Driven(newService({ reportEvery, thresholds: { critical: parseRange('95%') } }));

describe('report_every', () => {
  it('as a share has a level at each multiple up to the limit', () => {
    const { levels, step } = newService({
      reportEvery: { kind: 'share', percent: 33 },
      thresholds: { critical: parseRange('80%') },
    });
    expect(levels).toEqual([
      { kind: 'share', percent: 80, above: true },
      { kind: 'share', percent: 33, above: false },
      { kind: 'share', percent: 66, above: false },
      { kind: 'share', percent: 99, above: false },
    ]);
    expect(step).toBe(0);
  });

  it.each([2, 2.01, 2.2, 3.33, 12.5, 50, 99.99, 100])('of %d% has levels that a kernel takes', (percent) => {
    const { levels } = newService({ reportEvery: { kind: 'share', percent }, thresholds: {} });
    expect(levels).toHaveLength(Math.floor(100 / percent));
    expect(levels.length).toBeLessThan(MAX_LEVELS);
    for (const level of levels) expect(() => checkLevel(level)).not.toThrow();
  });

  it('as a count is a step', () => {
    const { levels, step } = newService({ reportEvery: tens });
    expect([levels.length, step]).toEqual([2, 10]);
  });

  it.each([tenths, tens])(
    'of $kind gives a result at each multiple on the way up, and after as much on the way down',
    (every) => {
      const driven = reporting(every);
      for (let time = 0; time <= 45; time++) driven.has(1000 * time, time);
      expect(driven.results.slice(1).map(({ cause, worsened }) => [cause, worsened])).toEqual(
        Array(4).fill(['report', false]),
      );
      expect(driven.told).toEqual([
        'OK 0 @0',
        'OK 10 @10000',
        'OK 20 @20000',
        'OK 30 @30000',
        'OK 40 @40000',
      ]);
      for (let time = 46; time <= 85; time++) driven.has(1000 * time, 90 - time);
      expect(driven.told).toEqual(['OK 30 @60000', 'OK 20 @70000', 'OK 10 @80000']);
    },
  );

  it('gives one result of a process that swings over a multiple', () => {
    const driven = reporting(tens).has(0, 15);
    for (let time = 1; time < 10_000; time++) driven.has(time, time % 2 === 1 ? 20 : 19);
    expect(driven.toEnd().told).toEqual(['OK 15 @0', 'OK 20 @1']);
  });

  it('counts from the last result, whatever that was for', () => {
    const driven = reporting(tens).has(0, 5).has(1, 9);
    driven.service.repeat(2, 'heartbeat');
    expect(driven.has(3, 10).told).toEqual(['OK 5 @0', 'OK 10 @3']);
    expect(driven.has(4, 19).has(5, 96).has(6, 99).told).toEqual(['CRITICAL 96 @5']);
  });

  it('speaks of the worst process', () => {
    const driven = reporting(tens)
      .has(0, 25)
      .at(1, (service) => {
        service.add(B, of100(24), 1);
      });
    driven.at(2, (service) => {
      service.update(2, of100(30), 2);
    });
    expect(driven.results.at(-1)).toMatchObject({ cause: 'report', worst: { process: B } });
    driven.at(3, (service) => {
      service.remove(2, 3);
    });
    expect(driven.told).toEqual(['OK 25 @0', 'OK 30 @2']);
  });

  it('follows the limit', () => {
    const driven = reporting(tenths);
    for (const [time, limit] of [100, 50, 52, Infinity, 100].entries())
      driven.at(time, (service) => {
        service.add(A, { value: 25, limit }, time);
      });
    expect(driven.told).toEqual(['OK 25 @0', 'OK 25 @1', 'OK 25 @2', 'OK 25 @3', 'OK 25 @4']);
  });

  it('ends at the limit', () => {
    const driven = reporting({ kind: 'share', percent: 10 });
    const beyond = [100, 110, 200].map((value) => ({ value, limit: 100 }));
    for (const [time, reading] of [...beyond, { value: 0, limit: 0 }].entries())
      driven.at(time, (service) => {
        service.add(A, reading, time);
      });
    expect(driven.told).toEqual(['CRITICAL 100 @0', 'OK 0 @3']);
  });

  it('keeps to the pace, and ends with the truth', () => {
    const driven = reporting(tens).has(0, 0);
    for (let time = 1; time <= 90; time++) driven.has(time, time);
    expect(driven.results.length).toBeLessThanOrEqual(10);
    expect(driven.service.wakeAt).toBe(1000);
    expect(driven.toEnd().told.at(-1)).toBe('OK 90 @90');
  });
});
