import { describe, expect, it } from '@jest/globals';
import { parseRange, Service, type ServiceResult } from '../../../src/services/index.js';

const A = { pid: 1, name: 'a' };
const B = { pid: 2, name: 'b' };
const of100 = (value: number) => ({ value, limit: 100 });

const newService = () =>
  new Service({
    host: 'gw01',
    description: 'broker fds',
    resource: 'nofile',
    thresholds: { warning: parseRange(50), critical: parseRange('80%') },
  });
const codes = (results: readonly (ServiceResult | undefined)[]) =>
  results.map((result) => result?.returnCode);

describe('a service', () => {
  it('has the levels of its thresholds', () => {
    expect(newService().levels).toEqual([
      { kind: 'value', value: 51 },
      { kind: 'share', percent: 80, above: true },
    ]);
  });

  it('gives the whole result when its process is added', () => {
    expect(newService().add(A, of100(10))).toEqual({
      host: 'gw01',
      service: 'broker fds',
      returnCode: 0,
      output: 'FDS OK - a[1] has 10 of 100 open files (10%) |fds=10;50;80;0;100',
    });
  });

  it('gives a result at each change of state, and none between', () => {
    const service = newService();
    service.add(A, of100(10));
    const values = [50, 51, 60, 80, 81, 99, 80, 51, 50, 0, 81, 50];
    const results = values.map((value) => service.update(1, of100(value)));
    const none = undefined;
    expect(codes(results)).toEqual([none, 1, none, none, 2, none, 1, none, 0, none, 2, 0]);
    expect(results[1]?.output).toContain('|fds=51;');
  });

  it('follows the limit', () => {
    const service = newService();
    service.add(A, of100(45));
    expect(service.update(1, { value: 45, limit: 50 })?.output).toBe(
      'FDS CRITICAL - a[1] has 45 of 50 open files (90%) |fds=45;50;40;0;50',
    );
    expect(service.update(1, { value: 45, limit: Infinity })?.returnCode).toBe(0);
  });

  it('is as bad as the worst of its processes, and names that one', () => {
    const service = newService();
    expect(codes([service.add(A, of100(10)), service.add(B, of100(60))])).toEqual([0, 1]);
    expect(service.update(1, of100(90))?.output).toMatch(/^FDS CRITICAL - a\[1\]/);
    expect(service.update(2, of100(95))).toBeUndefined();
    expect(service.update(1, of100(10))).toBeUndefined();
    expect(service.update(2, of100(70))?.output).toMatch(/^FDS WARNING - b\[2\] has 70/);
  });

  it('names the one with the greatest share of its limit where several are as bad', () => {
    const service = newService();
    service.add(A, { value: 70, limit: 1000 });
    service.add(B, { value: 60, limit: 100 });
    expect(service.update(1, { value: 900, limit: 1000 })?.output).toMatch(/^FDS CRITICAL - a/);
    expect(service.update(1, { value: 100, limit: 1000 })?.output).toMatch(/^FDS WARNING - b/);
  });

  it('forgets a process that has ended, and is UNKNOWN when it was the last', () => {
    const service = newService();
    service.add(A, of100(90));
    service.add(B, of100(10));
    expect(service.remove(1)?.output).toMatch(/^FDS OK - b\[2\]/);
    expect(service.remove(2)).toMatchObject({ returnCode: 3, output: 'FDS UNKNOWN - b[2] has ended' });
    expect(service.remove(2)).toBeUndefined();
    expect(service.add(A, of100(10))?.returnCode).toBe(0);
  });

  it('does not know the readings of strangers', () => {
    const service = newService();
    service.add(A, of100(10));
    expect(service.update(2, of100(90))).toBeUndefined();
    expect(service.rename(B, of100(90))).toBeUndefined();
    expect(service.remove(2)).toBeUndefined();
  });

  it('speaks of a process by its new name', () => {
    const service = newService();
    service.add(A, of100(10));
    expect(service.rename({ pid: 1, name: 'new' }, of100(20))).toBeUndefined();
    expect(service.update(1, of100(60))?.output).toMatch(/^FDS WARNING - new\[1\]/);
  });

  describe('told of all its processes at once', () => {
    it('gives no state in between', () => {
      const service = newService();
      service.add(A, of100(90));
      service.add(B, of100(10));
      const members = [
        { process: A, reading: of100(10) },
        { process: B, reading: of100(91) },
      ];
      expect(service.replaceAll(members)).toBeUndefined();
      expect(service.update(2, of100(10))?.returnCode).toBe(0);
    });

    it('forgets those that are missing, and is UNKNOWN when all are', () => {
      const service = newService();
      service.add(A, of100(90));
      service.add(B, of100(10));
      expect(service.replaceAll([{ process: B, reading: of100(60) }])).toMatchObject({ returnCode: 1 });
      expect(service.replaceAll([])).toMatchObject({
        returnCode: 3,
        output: 'FDS UNKNOWN - b[2] has ended',
      });
      expect(service.replaceAll([])).toBeUndefined();
    });
  });
});
