import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RlimitEvent, Watched } from '../../../src/rlimit-events/index.js';
import { parseRange, returnCode, Roster, Service, type ServiceResult } from '../../../src/services/index.js';

const service = (description: string, warning: number, hold = 0) =>
  new Service({
    host: 'gw01',
    description,
    resource: 'nofile',
    thresholds: { warning: parseRange(warning) },
    hold,
  });
const watched = (pid: number, tag: string, value: number): Watched => ({
  pid,
  tag,
  groups: [],
  value,
  name: `p${pid}`,
  resource: 'nofile',
  limit: 100,
});
/** The same of a process that the descriptor found for groups. */
const grouped = (pid: number, groups: readonly string[], value: number) => ({
  ...watched(pid, '', value),
  groups,
});

const time = 0;
const level = (pid: number, tag: string, value: number, at = time): RlimitEvent => ({
  ...watched(pid, tag, value),
  type: 'level',
  time: at,
  level: value,
  asked: { kind: 'value', value },
  direction: 'up',
});
const ended = (pid: number, tag = ''): RlimitEvent => ({
  type: 'process-ended',
  resource: 'nofile',
  pid,
  tag,
  groups: [],
  time,
});

const told = (results: readonly ServiceResult[]) =>
  results.map(({ service, state }) => `${service} ${returnCode(state)}`);

describe('the roster', () => {
  let roster: Roster;
  let now = 0;
  /** Asks after each, a second apart so that nothing has to wait. */
  const results = () => told(roster.results((now += 1000)));
  const add = (process: Watched) => {
    roster.add(process, time);
    return results();
  };
  const handle = (event: RlimitEvent) => {
    roster.handle(event);
    return results();
  };

  beforeEach(() => {
    roster = new Roster();
    roster.assign('one', [service('low', 10), service('high', 50)]);
    roster.assign('two', [service('other', 10)]);
    roster.add(watched(1, 'one', 5), time);
    roster.add(watched(2, 'two', 5), time);
    expect(results()).toEqual(['low 0', 'high 0', 'other 0']);
  });

  it('tells a process to every service that it counts for', () => {
    expect(add(watched(3, 'one', 60))).toEqual(['low 1', 'high 1']);
  });

  it('has a result of a service that has no process', () => {
    roster.assign('three', [service('empty', 10)]);
    expect([results(), results()]).toEqual([['empty 3'], []]);
  });

  it('knows nothing of a tag that nobody has assigned', () => {
    expect(add(watched(3, 'three', 60))).toEqual([]);
    expect(handle(level(3, 'three', 60))).toEqual([]);
  });

  it('tells a level to the services of its process, of which each has its own state', () => {
    expect(handle(level(1, 'one', 11))).toEqual(['low 1']);
    expect(handle(level(1, 'one', 51))).toEqual(['high 1']);
    expect(handle(level(1, 'one', 5))).toEqual(['low 0', 'high 0']);
    expect(handle(level(2, 'two', 11))).toEqual(['other 1']);
  });

  it('tells that the limit has changed', () => {
    const relative = new Service({
      host: 'gw01',
      description: 'share',
      resource: 'nofile',
      thresholds: { critical: parseRange('80%') },
    });
    roster.assign('three', [relative]);
    expect(add(watched(3, 'three', 50))).toEqual(['share 0']);
    const event = {
      ...watched(3, 'three', 50),
      limit: 60,
      type: 'limit-changed',
      oldLimit: 100,
      time,
    } as const;
    expect(handle(event)).toEqual(['share 2']);
  });

  it('counts a child from its start', () => {
    const child = { ...watched(4, 'one', 51), type: 'process-started', parent: 1, time } as const;
    expect(handle(child)).toEqual(['low 1', 'high 1']);
    expect(handle(ended(4, 'one'))).toEqual(['low 0', 'high 0']);
  });

  it('takes the name and the value that a process has after execve', () => {
    roster.handle({ ...watched(1, 'one', 11), name: 'new', type: 'process-executed', time });
    expect(roster.results(now)).toMatchObject([
      { service: 'low', state: 'WARNING', text: expect.stringContaining('new[1] has 11') },
      { service: 'high', state: 'OK', cause: 'report', text: expect.stringContaining('new[1] has 11') },
    ]);
  });

  it('tells that the last process of a service has ended', () => {
    expect(handle(ended(1, 'one'))).toEqual(['low 3', 'high 3']);
    expect(handle(ended(1, 'one'))).toEqual([]);
    expect(handle(level(1, 'one', 60))).toEqual([]);
  });

  describe('of groups', () => {
    const started = (pid: number, groups: readonly string[], value: number) =>
      ({ ...grouped(pid, groups, value), type: 'process-started', parent: 1, time }) as const;
    const executed = (pid: number, groups: readonly string[], value: number) =>
      ({ ...grouped(pid, groups, value), type: 'process-executed', time }) as const;
    const regrouped = (pid: number, groups: readonly string[], value: number) =>
      ({ ...grouped(pid, groups, value), type: 'process-regrouped', time }) as const;

    it('counts a process for the services of all its groups, once for each', () => {
      const both = service('both', 10);
      roster.assign('three', [both]);
      roster.assign('four', [both, service('four', 50)]);
      expect(add(grouped(3, ['four', 'three', 'unknown'], 11))).toEqual(['both 1', 'four 0']);
      expect(both.status().members).toHaveLength(1);
      expect(handle(level(3, '', 51))).toEqual(['four 1']);
      expect(handle(ended(3))).toEqual(['both 3', 'four 3']);
    });

    it('counts a process for its tag as well', () => {
      expect(add({ ...grouped(3, ['two'], 60), tag: 'one' })).toEqual(['other 1', 'low 1', 'high 1']);
    });

    it('finds a process at its start or when it executes a program', () => {
      expect(handle(started(3, ['two'], 11))).toEqual(['other 1']);
      expect(handle(executed(4, ['one'], 60))).toEqual(['low 1', 'high 1']);
    });

    it('lets a process leave one service for another', () => {
      handle(ended(2, 'two'));
      handle(started(3, ['two'], 11));
      roster.handle(executed(3, ['one'], 60));
      const left = roster.results((now += 1000));
      expect(told(left).sort()).toEqual(['high 1', 'low 1', 'other 3']);
      expect(left.find(({ service }) => service === 'other')?.text).toBe('FDS UNKNOWN - no process matches');
      expect(handle(regrouped(3, ['one', 'two'], 60))).toEqual(['other 1']);
      expect(handle(ended(3)).sort()).toEqual(['high 0', 'low 0', 'other 3']);
    });

    it('forgets a process that is in no group any more', () => {
      expect(handle(started(3, ['one'], 60))).toEqual(['low 1', 'high 1']);
      expect(handle(regrouped(3, [], 60))).toEqual(['low 0', 'high 0']);
      expect(handle(level(3, '', 70))).toEqual([]);
      expect(handle(ended(3))).toEqual([]);
    });
  });

  describe('after events were lost', () => {
    it('waits for the state', () => {
      expect(
        handle({ type: 'lost', count: 3, unwatchedChildren: 0, missedLooks: 0, places: { queue: 3 } }),
      ).toEqual([]);
    });

    it('takes the state for each service, and gives one result for each that has changed', () => {
      const processes = [watched(1, 'one', 60), watched(2, 'two', 5)];
      expect(handle({ type: 'state', processes })).toEqual(['low 1', 'high 1']);
    });

    it('finds processes that it was not told of, and misses those that have ended', () => {
      const processes = [watched(3, 'one', 5)];
      expect(handle({ type: 'state', processes })).toEqual(['other 3']);
      expect(handle(level(3, 'one', 11))).toEqual(['low 1']);
      expect(handle(level(1, 'one', 60))).toEqual([]);
    });

    it('takes the groups that processes are in by now', () => {
      add(grouped(3, ['one'], 5));
      const processes = [watched(1, 'one', 5), watched(2, 'two', 5), grouped(3, ['two'], 11)];
      expect(handle({ type: 'state', processes })).toEqual(['other 1']);
      expect(handle(level(3, '', 60))).toEqual([]);
    });

    it('passes through no state that never was', () => {
      add(watched(3, 'one', 11));
      const processes = [watched(3, 'one', 5), watched(1, 'one', 11), watched(2, 'two', 5)];
      expect(handle({ type: 'state', processes })).toEqual([]);
    });

    it('gives a service the processes of all its tags', () => {
      const both = service('both', 10);
      roster = new Roster();
      roster.assign('one', [both]);
      roster.assign('two', [both]);
      roster.add(watched(1, 'one', 11), time);
      roster.add(watched(2, 'two', 5), time);
      expect(results()).toEqual(['both 1']);
      const processes = [watched(1, 'one', 12), watched(2, 'two', 5)];
      expect(handle({ type: 'state', processes })).toEqual([]);
    });

    it('takes the time of what it was told last', () => {
      roster.handle(level(2, 'two', 6, 900));
      roster.handle({ type: 'state', processes: [watched(1, 'one', 60), watched(2, 'two', 6)] });
      expect(roster.results(5000).map(({ time }) => time)).toEqual([900, 900]);
    });
  });

  describe('with results that have to wait', () => {
    const slow = (tag: string, hold: number) => {
      roster.assign(tag, [service(tag, 10, hold)]);
      return add(watched(10 + hold, tag, 60));
    };

    it('wants to be asked when the first is due, and asks no other', () => {
      expect([slow('s', 700), slow('t', 300)]).toEqual([['s 1'], ['t 1']]);
      expect(roster.wakeAt).toBeUndefined();
      for (const [pid, tag] of [
        [710, 's'],
        [310, 't'],
      ] as const)
        roster.handle(level(pid, tag, 5, now));
      expect(told(roster.results(now))).toEqual([]);
      expect(roster.wakeAt).toBe(now + 300);
      expect(told(roster.results(now + 299))).toEqual([]);
      expect(told(roster.results(now + 300))).toEqual(['t 0']);
      expect(roster.wakeAt).toBe(now + 700);
      expect(told(roster.results(now + 700))).toEqual(['s 0']);
      expect(roster.wakeAt).toBeUndefined();
    });

    it('waits no longer than from now on when the clock is set back', () => {
      slow('s', 700);
      roster.handle(level(710, 's', 5, now));
      roster.results(now);
      expect(told(roster.results(3))).toEqual([]);
      expect(roster.wakeAt).toBe(703);
      expect(told(roster.results(703))).toEqual(['s 0']);
    });
  });
});
