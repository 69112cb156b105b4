import { describe, expect, it } from '@jest/globals';
import { parseRange, type ServiceResult } from '../../../src/services/index.js';
import { A, B, Driven, newService, of100, said } from './driven.js';

const textOf = (result: ServiceResult) => result.text;

describe('a service', () => {
  it('has the levels of its thresholds', () => {
    expect(newService().levels).toEqual([
      { kind: 'value', value: 51 },
      { kind: 'share', percent: 80, above: true },
    ]);
    expect(newService().step).toBe(0);
  });

  it('gives the whole result when its process is there', () => {
    const service = newService();
    service.add(A, of100(10), 5);
    expect(service.result(7)).toEqual({
      host: 'gw01',
      service: 'broker fds',
      state: 'OK',
      time: 5,
      cause: 'change',
      worsened: false,
      text: 'FDS OK - a[1] has 10 of 100 open files (10%)',
      perfdata: [
        { label: 'fds', value: 10, unit: '', warning: '50', critical: '80', min: 0, max: 100 },
        { label: 'fds_peak', value: 10, unit: '', warning: '50', critical: '80', min: 0, max: 100 },
      ],
      longOutput: [],
      worst: { process: A, reading: of100(10), resource: 'nofile' },
    });
    expect(service.result(7)).toBeUndefined();
    expect(service.wakeAt).toBeUndefined();
  });

  it('gives a result at each change of state, when it happened, and none between', () => {
    const driven = new Driven(newService());
    [10, 50, 51, 60, 80, 81, 99, 80, 51, 50, 0].forEach((value, index) => driven.has(index, value));
    expect(driven.told).toEqual(['OK 10 @0', 'WARNING 51 @2', 'CRITICAL 81 @5', 'WARNING 80 @7', 'OK 50 @9']);
    expect(driven.service.wakeAt).toBeUndefined();
  });

  it('corrects a result that named what systemd starts first: its helper, with the limit of the manager', () => {
    const driven = new Driven(newService());
    const is = (time: number, name: string, limit: number) =>
      driven.at(time, (service) => {
        service.add({ pid: 7, name }, { value: 4, limit }, time);
      });
    is(0, '(broker)', 20_000);
    is(1, '(broker)', 1024);
    is(2, 'broker', 1024);
    is(3, 'broker', 1024);
    expect(driven.results.map(({ time, cause, text }) => [time, cause, text])).toEqual([
      [0, 'change', 'FDS OK - (broker)[7] has 4 of 20000 open files (0%)'],
      [1, 'report', 'FDS OK - (broker)[7] has 4 of 1024 open files (0%)'],
      [2, 'report', 'FDS OK - broker[7] has 4 of 1024 open files (0%)'],
    ]);
  });

  it('corrects a result that named one of those that start a container, when they have gone', () => {
    const driven = new Driven(newService());
    const is = (time: number, pid: number, name: string, limit: number) =>
      driven.at(time, (service) => {
        service.add({ pid, name }, { value: 8, limit }, time);
      });
    const ends = (time: number, pid: number) =>
      driven.at(time, (service) => {
        service.remove(pid, time);
      });
    is(0, 200, 'runc:[0:PARENT]', 524_288);
    is(1, 201, 'runc:[1:CHILD]', 524_288);
    is(2, 202, 'runc:[2:INIT]', 524_288);
    ends(3, 200);
    ends(4, 201);
    is(5, 202, 'runc:[2:INIT]', 1024);
    is(6, 202, 'nginx', 1024);
    expect(driven.toEnd().results.map(({ time, text }) => [time, text])).toEqual([
      [0, 'FDS OK - runc:[0:PARENT][200] has 8 of 524288 open files (0%)'],
      [5, 'FDS OK - runc:[2:INIT][202] has 8 of 1024 open files (1%)'],
      [6, 'FDS OK - nginx[202] has 8 of 1024 open files (1%)'],
    ]);
  });

  it('corrects the limit of a wrapper that has gone and left its child, and tells no names of who comes and goes', () => {
    const driven = new Driven(newService());
    const is = (time: number, pid: number, name: string, limit = 100) =>
      driven.at(time, (service) => {
        service.add({ pid, name }, { value: 4, limit }, time);
      });
    const ends = (time: number, pid: number) =>
      driven.at(time, (service) => {
        service.remove(pid, time);
      });
    is(0, 1, 'su', 1024);
    is(1, 2, 'sh');
    is(2, 2, 'broker');
    expect(driven.told).toEqual(['OK 4 @0']);
    ends(1000, 1);
    expect(driven.told).toEqual(['OK 4 @2']);
    for (let pid = 3; pid < 100; pid++) {
      is(pid * 1000, pid, 'make');
      ends(pid * 1000 + 1, pid - 1);
      is(pid * 1000 + 2, pid, 'cc');
    }
    expect(driven.toEnd().told).toEqual([]);
  });

  it('corrects the limit that somebody sets from outside, once the pace has room for it', () => {
    const driven = new Driven(newService()).has(0, 4);
    for (let limit = 101; limit <= 130; limit++)
      driven.at(limit, (service) => {
        service.update(1, { value: 4, limit }, limit);
      });
    expect(driven.results.length).toBeLessThan(10);
    expect(driven.toEnd().results.at(-1)?.text).toBe('FDS OK - a[1] has 4 of 130 open files (3%)');
  });

  it('leaves out who has a smaller limit than it is about, as long as that is so', () => {
    const driven = new Driven(newService({ leastLimit: 64, absent: 'OK' }));
    const sandboxed = { pid: 8, name: 'sshd' };
    const has = (time: number, limit: number) =>
      driven.at(time, (service) => {
        service.add(sandboxed, { value: 7, limit }, time);
      });
    has(0, 1);
    expect(driven.results.map(({ text }) => text)).toEqual(['FDS OK - no process matches']);
    expect(driven.service.status().members).toEqual([]);
    driven.has(1, 10);
    has(2, 1);
    has(3, 64);
    driven.at(4, (service) => {
      service.update(8, { value: 60, limit: 64 }, 4);
    });
    has(5, 63);
    driven.at(6, (service) => {
      service.remove(8, 6);
    });
    expect(driven.told).toEqual(['OK @0', 'CRITICAL 60 @4', 'OK 10 @5']);
    expect(driven.service.status().members.map(({ pid }) => pid)).toEqual([A.pid]);
  });

  it.each([
    ['before', [1, 64]],
    ['after', [64, 1]],
  ])('begins with whom it is about, found %s one that it leaves out', (_when, limits) => {
    const driven = new Driven(newService({ leastLimit: 64 }));
    driven.at(0, (service) => {
      for (const limit of limits) service.add({ pid: limit, name: 'sshd' }, { value: 1, limit }, 0);
    });
    expect(driven.told).toEqual(['OK 1 @0']);
  });

  it('corrects the name of a wrapper that has become the program, in a worse state as well', () => {
    const driven = new Driven(newService());
    const is = (time: number, name: string) =>
      driven.at(time, (service) => {
        service.add({ pid: 7, name }, of100(60), time);
      });
    is(0, 'sh');
    is(1000, 'setpriv');
    is(2000, 'broker');
    expect(
      driven.toEnd().results.map(({ state, cause, text }) => [state, cause, text.split(' has')[0]]),
    ).toEqual([
      ['WARNING', 'change', 'FDS WARNING - sh[7]'],
      ['WARNING', 'report', 'FDS WARNING - setpriv[7]'],
      ['WARNING', 'report', 'FDS WARNING - broker[7]'],
    ]);
  });

  it('says at last what is so of a limit that is set again and again, and no more often than it may', () => {
    const driven = new Driven(newService());
    for (let limit = 1000; limit < 1500; limit++)
      driven.at(limit, (service) => {
        service.add(A, { value: 4, limit }, limit);
      });
    driven.toEnd();
    expect(driven.results.length).toBeLessThanOrEqual(20);
    expect(driven.results.at(-1)?.text).toContain('has 4 of 1499 open files');
  });

  it('gives no result for the name or the limit of a process that it has not named', () => {
    const driven = new Driven(newService()).has(0, 40);
    for (const limit of [1000, 2000])
      driven.at(limit, (service) => {
        service.add({ pid: 2, name: `b${limit}` }, { value: 4, limit }, limit);
      });
    expect(driven.told).toEqual(['OK 40 @0']);
  });

  it('says whether it got worse, for which the first result counts as one after OK', () => {
    const worsenedOf = (...values: number[]) => {
      const driven = new Driven(newService());
      values.forEach((value, index) => driven.has(index, value));
      return driven.results.map(({ worsened }) => worsened);
    };
    expect(worsenedOf(10, 51, 81, 60, 10)).toEqual([false, true, true, false, false]);
    expect(worsenedOf(51)).toEqual([true]);
  });

  it('follows the limit', () => {
    const driven = new Driven(newService()).has(0, 45);
    driven.at(1, (service) => {
      service.update(1, { value: 45, limit: 50 }, 1);
    });
    expect(said(driven.results.at(-1))).toBe(
      'FDS CRITICAL - a[1] has 45 of 50 open files (90%) |fds=45;50;40;0;50 fds_peak=45;50;40;0;50',
    );
    driven.at(2, (service) => {
      service.update(1, { value: 45, limit: Infinity }, 2);
    });
    expect(driven.results.at(-1)?.state).toBe('OK');
  });

  it('is as bad as the worst of its processes, and names that one', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.add(B, of100(60), 1);
    });
    expect(driven.told).toEqual(['OK 10 @0', 'WARNING 60 @1']);
    driven.has(2, 90);
    expect(driven.results.at(-1)).toMatchObject({ state: 'CRITICAL', worst: { process: A } });
    expect(driven.told).toEqual(['CRITICAL 90 @2']);
    const set = (pid: number, value: number) => {
      driven.service.update(pid, of100(value), driven.now + 1);
      return driven.service.result(++driven.now);
    };
    expect([set(2, 95), set(1, 10)]).toEqual([undefined, undefined]);
    expect(set(2, 70)).toMatchObject({ state: 'WARNING', worst: { process: B } });
  });

  it('names the one with the greatest share of its limit where several are as bad', () => {
    const service = newService();
    service.add(A, { value: 70, limit: 1000 }, 0);
    service.add(B, { value: 60, limit: 100 }, 0);
    expect(service.result(0)?.worst?.process).toEqual(B);
    service.update(1, { value: 900, limit: 1000 }, 1);
    expect(service.result(1)?.worst?.process).toEqual(A);
  });

  it('names the one with more of what is unlimited, and of equals always the same', () => {
    const service = newService();
    service.add(B, { value: 10, limit: Infinity }, 0);
    service.add(A, { value: 9, limit: Infinity }, 0);
    expect(service.result(0)?.worst?.process).toEqual(B);
    service.update(2, { value: 9, limit: Infinity }, 1);
    expect(service.repeat(1, 'heartbeat').worst?.process).toEqual(A);
  });

  it('says how many others are beyond, and tells of all others in the long output, worst first', () => {
    const service = newService();
    [10, 60, 90, 51, 20].forEach((value, index) => {
      service.add({ pid: index + 1, name: 'p' }, of100(value), 0);
    });
    expect(said(service.result(0)).split('\n')).toEqual([
      'FDS CRITICAL - p[3] has 90 of 100 open files (90%), 2 others beyond |fds=90;50;80;0;100 fds_peak=90;50;80;0;100',
      'WARNING - p[2] has 60 of 100 open files (60%)',
      'WARNING - p[4] has 51 of 100 open files (51%)',
      'OK - p[5] has 20 of 100 open files (20%)',
      'OK - p[1] has 10 of 100 open files (10%)',
    ]);
    service.remove(2, 1);
    expect(textOf(service.repeat(1, 'heartbeat'))).toMatch(/, 1 other beyond$/);
    service.update(4, of100(5), 2);
    expect(textOf(service.repeat(2, 'heartbeat'))).toMatch(/\(90%\)$/);
  });

  it('tells of ten others at most, and how many more there are', () => {
    const service = newService();
    for (let pid = 1; pid <= 100; pid++) service.add({ pid, name: 'p' }, of100(pid % 50), 0);
    const lines = said(service.result(0)).split('\n');
    expect(lines).toHaveLength(12);
    expect(lines.at(1)).toBe('OK - p[99] has 49 of 100 open files (49%)');
    expect(lines.at(-1)).toBe('and 89 more');
  });

  it('does not know the readings of strangers', () => {
    const driven = new Driven(newService()).has(0, 10);
    driven.at(1, (service) => {
      service.update(2, of100(90), 1);
      service.rename(B, of100(90), 1);
      service.remove(2, 1);
      service.leave(2, 1);
    });
    expect(driven.told).toEqual(['OK 10 @0']);
  });

  it('speaks of a process by its new name', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.rename({ pid: 1, name: 'new' }, of100(20), 1);
      service.update(1, of100(60), 1);
    });
    expect(said(driven.results.at(-1))).toMatch(/^FDS WARNING - new\[1\]/);
  });

  describe('told of all its processes at once', () => {
    const both = (a: number, b: number) => [
      { process: A, reading: of100(a) },
      { process: B, reading: of100(b) },
    ];

    it('gives no state in between', () => {
      const driven = new Driven(newService()).at(0, (service) => {
        service.replaceAll(both(90, 10), 0);
      });
      driven.at(1, (service) => {
        service.replaceAll(both(10, 91), 1);
      });
      expect(driven.told).toEqual(['CRITICAL 90 @0']);
      expect(said(driven.service.repeat(1, 'heartbeat'))).not.toContain('beyond');
      driven.at(2, (service) => {
        service.update(2, of100(10), 2);
      });
      expect(driven.told).toEqual(['OK 10 @2']);
    });

    it('forgets those that are missing', () => {
      const driven = new Driven(newService());
      for (const [time, members] of [both(90, 10), both(90, 60).slice(1), [], []].entries())
        driven.at(time, (service) => {
          service.replaceAll(members, time);
        });
      expect(said(driven.results.at(-1))).toBe('FDS UNKNOWN - no process matches');
      expect(driven.told).toEqual(['CRITICAL 90 @0', 'WARNING 60 @1', 'UNKNOWN @2']);
    });
  });
});

describe('a service without a process', () => {
  const end = (driven: Driven, time: number) =>
    driven.at(time, (service) => {
      service.remove(1, time);
    });

  it('is UNKNOWN, and says whether there has been one', () => {
    const driven = new Driven(newService()).at(0);
    expect(driven.results.at(-1)).toMatchObject({
      state: 'UNKNOWN',
      text: 'FDS UNKNOWN - no process matches',
      perfdata: [],
    });
    expect(driven.results.at(-1)).not.toHaveProperty('worst');
    end(driven.has(1, 10), 2);
    expect(said(driven.results.at(-1))).toBe('FDS UNKNOWN - a[1] has ended, no process matches');
    expect(driven.told).toEqual(['UNKNOWN @0', 'OK 10 @1', 'UNKNOWN @2']);
  });

  it('does not say of a process that left it that it has ended', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.leave(1, 1);
    });
    expect(said(driven.results.at(-1))).toBe('FDS UNKNOWN - no process matches');
  });

  it('is OK if it may be absent', () => {
    const driven = new Driven(newService({ absent: 'OK' })).at(0);
    end(driven.has(1, 90), 2);
    expect(said(driven.results.at(-1))).toBe('FDS OK - a[1] has ended, no process matches');
    expect(driven.told).toEqual(['OK @0', 'CRITICAL 90 @1', 'OK @2']);
    expect(driven.service.status().members).toEqual([]);
  });

  it('is worse than with a process that is OK if it has to be there', () => {
    const driven = end(new Driven(newService({ absent: 'CRITICAL' })).has(0, 60), 1);
    expect(driven.results.at(-1)).toMatchObject({ state: 'CRITICAL', worsened: true });
  });

  it('ended and was there again before anybody asked', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.remove(1, 0.5);
      service.add(B, of100(20), 0.6);
    });
    expect(said(driven.results[1])).toBe(
      'FDS UNKNOWN - a[1] has ended, no process matches\nOK - b[2] has 20 of 100 open files (20%)',
    );
    expect(driven.told).toEqual(['OK 10 @0', 'UNKNOWN @0.5', 'OK 20 @0.6']);
  });
});

describe('the peak', () => {
  const peaks = (output: string) => [
    /, peak ([^,|]+?)(?:,| \|)/.exec(output)?.[1],
    /fds_peak=(\S+)/.exec(output)?.[1],
  ];

  it('is the highest since the last result', () => {
    const driven = new Driven(newService());
    for (const [time, value] of [10, 40, 20].entries()) driven.has(time, value);
    expect(peaks(said(driven.service.repeat(3, 'heartbeat')))).toEqual(['40', '40;50;80;0;100']);
    expect(peaks(said(driven.service.repeat(4, 'heartbeat')))).toEqual([undefined, '20;50;80;0;100']);
  });

  it('is not what the last result has told', () => {
    const driven = new Driven(newService()).has(0, 10).has(1, 81).has(2, 80);
    expect(driven.results.map((result) => peaks(said(result)))).toEqual([
      [undefined, '10;50;80;0;100'],
      [undefined, '81;50;80;0;100'],
      [undefined, '80;50;80;0;100'],
    ]);
  });

  it('is not what the last result has told, though another process did something since then', () => {
    const driven = new Driven(newService()).has(0, 70).at(1, (service) => {
      service.add(B, of100(5), 1);
    });
    expect(peaks(said(driven.has(2, 10).results.at(-1)))).toEqual([undefined, '10;50;80;0;100']);
  });

  it('is in the result of a change', () => {
    const driven = new Driven(newService()).has(0, 60).has(1, 79).has(2, 10);
    expect(said(driven.results.at(-1))).toBe(
      'FDS OK - a[1] has 10 of 100 open files (10%), peak 79 |fds=10;50;80;0;100 fds_peak=79;50;80;0;100',
    );
  });

  it('says whose it was, with figures under the limit of that process', () => {
    const service = newService();
    service.add(A, of100(10), 0);
    service.add(B, { value: 49, limit: 70 }, 0);
    service.result(0);
    service.update(2, { value: 50, limit: 70 }, 1);
    service.remove(2, 1);
    expect(peaks(said(service.repeat(2, 'heartbeat')))).toEqual(['50 of b[2]', '50;50;56;0;70']);
  });
});

describe('a spike that is over before anybody asks', () => {
  const spike = (changed = {}) =>
    new Driven(newService(changed)).has(0, 10).at(1, (service) => {
      service.update(1, of100(60), 0.2);
      service.update(1, of100(90), 0.4);
      service.update(1, of100(95), 0.5);
      service.update(1, of100(20), 0.6);
    });

  it('is told with its figures, and that it is over', () => {
    const driven = spike();
    expect(said(driven.results[1])).toMatch(
      /^FDS CRITICAL - a\[1\] has 95 of 100 open files \(95%\) \|fds=95;/,
    );
    expect(said(driven.results[2])).toMatch(/^FDS OK - a\[1\] has 20 of 100 open files \(20%\) \|fds=20;/);
    expect(driven.told).toEqual(['OK 10 @0', 'CRITICAL 95 @0.4', 'OK 20 @0.6']);
  });

  it('is told of a process that has ended since then', () => {
    const service = newService();
    for (let pid = 3; pid < 14; pid++) service.add({ pid, name: 'p' }, of100(10), 0);
    service.result(0);
    service.add(A, of100(90), 1);
    service.remove(1, 1);
    const lines = said(service.result(1)).split('\n');
    expect(lines[0]).toMatch(/^FDS CRITICAL - a\[1\] has 90/);
    expect(lines.slice(1)).toEqual([
      ...Array<unknown>(10).fill(expect.stringMatching(/^OK - p/)),
      'and 1 more',
    ]);
  });

  it('is told with the figures of now if those are in the same state', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.update(1, of100(90), 0.5);
      service.update(1, of100(85), 0.6);
    });
    expect(said(driven.results.at(-1))).toMatch(/has 85 of 100 open files \(85%\), peak 90 \|/);
    expect(driven.told).toEqual(['OK 10 @0', 'CRITICAL 85 @0.5']);
  });
});

describe('repeating', () => {
  it('gives the state again with the figures of now', () => {
    const driven = new Driven(newService()).has(0, 60).has(1, 70);
    expect(driven.service.repeat(300_000, 'heartbeat')).toMatchObject({
      state: 'WARNING',
      cause: 'heartbeat',
      worsened: false,
      time: 300_000,
      text: 'FDS WARNING - a[1] has 70 of 100 open files (70%)',
    });
    expect(driven.service.status().since).toBe(0);
  });

  it('puts an explanation before the other lines', () => {
    const driven = new Driven(newService()).has(0, 90).at(0, (service) => {
      service.add(B, of100(10), 0);
    });
    const lines = ['90 sockets to 192.0.2.1:5432', 'a|b\\n\u0007'];
    const { longOutput, cause } = driven.service.repeat(20, 'detail', lines);
    expect(cause).toBe('detail');
    expect(longOutput).toEqual([
      '90 sockets to 192.0.2.1:5432',
      'a?b?n?',
      'OK - b[2] has 10 of 100 open files (10%)',
    ]);
  });

  it('swallows no change that is due, not even one that is over', () => {
    const { service } = new Driven(newService()).has(0, 10);
    service.update(1, of100(90), 1);
    service.update(1, of100(20), 1);
    expect(said(service.repeat(1, 'heartbeat'))).toMatch(/^FDS OK - a\[1\] has 20 .*, peak 90 \|/);
    expect(service.result(1)).toMatchObject({ state: 'CRITICAL', cause: 'change', worsened: true });
  });

  it('says that the figures are not those of the state', () => {
    const { service } = new Driven(newService()).has(0, 10);
    service.update(1, of100(90), 1);
    expect(said(service.repeat(1, 'heartbeat'))).toMatch(/^FDS OK - a\[1\] has 90 .*, held \|/);
  });

  it('as detail tells the peak of the result whose place it takes, and a heartbeat does not', () => {
    const driven = new Driven(newService()).has(0, 10).at(1, (service) => {
      service.update(1, of100(95), 1);
      service.update(1, of100(85), 1);
    });
    expect(said(driven.service.repeat(2, 'detail'))).toMatch(/^FDS CRITICAL - .*, peak 95 \|.*fds_peak=95;/);
    expect(said(driven.service.repeat(3, 'heartbeat'))).toMatch(/\(85%\) \|.*fds_peak=85;/);
  });

  it('is the first result if there was none', () => {
    const service = newService();
    service.add(A, of100(60), 0);
    expect(service.repeat(1, 'heartbeat')).toMatchObject({ state: 'WARNING' });
    expect(service.result(2)).toBeUndefined();
  });
});

describe('the status of a service', () => {
  it('is plain data, worst first', () => {
    const driven = new Driven(newService()).has(7, 60).at(8, (service) => {
      service.add({ pid: 3, name: 'c\u001b[2J' }, { value: 55, limit: Infinity }, 8);
      service.add(B, of100(70), 8);
    });
    const status = driven.service.status();
    expect(status).toEqual({
      description: 'broker fds',
      resource: 'nofile',
      state: 'WARNING',
      since: 7,
      changes: 0,
      highest: 70,
      thresholds: {
        warning: { range: '50', upper: 50 },
        critical: { range: '80%', upper: 80 },
      },
      processes: 3,
      members: [
        { pid: 2, name: 'b', value: 70, limit: 100, state: 'WARNING' },
        { pid: 1, name: 'a', value: 60, limit: 100, state: 'WARNING' },
        { pid: 3, name: 'c?[2J', value: 55, limit: null, state: 'WARNING' },
      ],
    });
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
    expect(driven.service.status(1)).toEqual({ ...status, members: status.members.slice(0, 1) });
  });

  it('counts its states, and keeps the most that there was', () => {
    const driven = new Driven(newService()).has(0, 10).has(1, 60).has(2, 90).has(3, 10);
    expect(driven.service.status()).toMatchObject({ changes: 3, highest: 90 });
    driven.service.repeat(4, 'heartbeat');
    expect(driven.service.status()).toMatchObject({ changes: 3, highest: 90 });
    expect(newService().status()).toMatchObject({ changes: 0, highest: null, processes: 0 });
  });

  it.each([
    ['10:', 100, { range: '10:', lower: 10 }],
    ['@10%:90%', 1000, { range: '@10%:90%', lower: 100, upper: 900 }],
    ['~:33.5%', 10, { range: '~:33.5%', upper: 3 }],
    ['5:80%', Infinity, { range: '5:80%', lower: 5 }],
  ])('has the ends of %s under the limit %d', (range, limit, warning) => {
    const service = newService({ thresholds: { warning: parseRange(range) } });
    service.add(A, { value: 1, limit }, 0);
    expect(service.status().thresholds).toEqual({ warning });
  });

  it('has no share of a limit while it has no process', () => {
    const thresholds = { warning: parseRange('50'), critical: parseRange('80%') };
    expect(newService({ thresholds }).status().thresholds).toEqual({
      warning: { range: '50', upper: 50 },
      critical: { range: '80%' },
    });
  });

  it('has the state that was told, while that is held', () => {
    const driven = new Driven(newService({ hold: 1000 })).has(0, 90).has(1, 10);
    expect(driven.service.status()).toMatchObject({
      state: 'CRITICAL',
      since: 0,
      members: [{ state: 'OK' }],
    });
  });

  it('says why it has no process, as its result does', () => {
    const driven = new Driven(newService());
    const { service } = driven;
    expect(service.status().absence).toBe('no process matches');
    driven.has(0, 10);
    expect(service.status()).not.toHaveProperty('absence');
    service.remove(A.pid, 1);
    expect(service.status().absence).toBe(`${A.name}[${A.pid}] has ended, no process matches`);
    service.doubt('/run/x.pid cannot be read: EACCES,\npermission denied', 2);
    expect(service.status().absence).toBe('/run/x.pid cannot be read: EACCES,?permission denied');
  });

  it('has no beginning before the first result', () => {
    expect(newService({ absent: 'OK' }).status()).toMatchObject({ state: 'OK', since: null, members: [] });
  });
});

describe('thresholds of a service', () => {
  it('need not be two', () => {
    const driven = new Driven(newService({ thresholds: { warning: parseRange('10:') } }));
    expect(driven.has(0, 5).has(1, 10).told).toEqual(['WARNING 5 @0', 'OK 10 @1']);
  });
});
