import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RlimitEvent, Watched } from '../../../src/rlimit-events/index.js';
import { parseRange, Roster, Service } from '../../../src/services/index.js';

const service = (description: string, warning: number) =>
  new Service({
    host: 'gw01',
    description,
    resource: 'nofile',
    thresholds: { warning: parseRange(warning) },
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

const time = 0;
const level = (pid: number, tag: string, value: number): RlimitEvent => ({
  ...watched(pid, tag, value),
  type: 'level',
  time,
  level: value,
  asked: { kind: 'value', value },
  direction: 'up',
});
const ended = (pid: number, tag: string): RlimitEvent => ({
  type: 'process-ended',
  pid,
  tag,
  groups: [],
  time,
});

describe('the roster', () => {
  let roster: Roster;
  const told = (results: ReturnType<Roster['handle']>) =>
    results.map(({ service, returnCode }) => `${service} ${returnCode}`);

  beforeEach(() => {
    roster = new Roster();
    roster.assign('one', [service('low', 10), service('high', 50)]);
    roster.assign('two', [service('other', 10)]);
    roster.add(watched(1, 'one', 5));
    roster.add(watched(2, 'two', 5));
  });

  it('tells a process to every service that it counts for', () => {
    expect(told(roster.add(watched(3, 'one', 60)))).toEqual(['low 1', 'high 1']);
  });

  it('knows nothing of a tag that nobody has assigned', () => {
    expect(roster.add(watched(3, 'three', 60))).toEqual([]);
    expect(roster.handle(level(3, 'three', 60))).toEqual([]);
  });

  it('tells a level to the services of its tag, of which each has its own state', () => {
    expect(told(roster.handle(level(1, 'one', 11)))).toEqual(['low 1']);
    expect(told(roster.handle(level(1, 'one', 51)))).toEqual(['high 1']);
    expect(told(roster.handle(level(1, 'one', 5)))).toEqual(['low 0', 'high 0']);
    expect(told(roster.handle(level(2, 'two', 11)))).toEqual(['other 1']);
  });

  it('tells that the limit has changed', () => {
    const relative = new Service({
      host: 'gw01',
      description: 'share',
      resource: 'nofile',
      thresholds: { critical: parseRange('80%') },
    });
    roster.assign('three', [relative]);
    roster.add(watched(3, 'three', 50));
    const event = {
      ...watched(3, 'three', 50),
      limit: 60,
      type: 'limit-changed',
      oldLimit: 100,
      time,
    } as const;
    expect(told(roster.handle(event))).toEqual(['share 2']);
  });

  it('counts a child from its start', () => {
    const child = { ...watched(4, 'one', 51), type: 'process-started', parent: 1, time } as const;
    expect(told(roster.handle(child))).toEqual(['low 1', 'high 1']);
    expect(told(roster.handle(ended(4, 'one')))).toEqual(['low 0', 'high 0']);
  });

  it('takes the name and the value that a process has after execve', () => {
    const event = { ...watched(1, 'one', 11), name: 'new', type: 'process-executed', time } as const;
    expect(roster.handle(event)).toMatchObject([
      { service: 'low', returnCode: 1, output: expect.stringContaining('new[1] has 11') },
    ]);
  });

  it('tells that the last process of a service has ended', () => {
    expect(told(roster.handle(ended(1, 'one')))).toEqual(['low 3', 'high 3']);
    expect(roster.handle(ended(1, 'one'))).toEqual([]);
    expect(roster.handle(level(1, 'one', 60))).toEqual([]);
  });

  describe('after events were lost', () => {
    it('waits for the state', () => {
      expect(roster.handle({ type: 'lost', count: 3, unwatchedChildren: 0 })).toEqual([]);
    });

    it('takes the state for each service, and gives one result for each that has changed', () => {
      const processes = [watched(1, 'one', 60), watched(2, 'two', 5)];
      expect(told(roster.handle({ type: 'state', processes }))).toEqual(['low 1', 'high 1']);
    });

    it('finds processes that it was not told of, and misses those that have ended', () => {
      const processes = [watched(3, 'one', 5)];
      expect(told(roster.handle({ type: 'state', processes }))).toEqual(['other 3']);
      expect(told(roster.handle(level(3, 'one', 11)))).toEqual(['low 1']);
      expect(roster.handle(level(1, 'one', 60))).toEqual([]);
    });

    it('passes through no state that never was', () => {
      roster.add(watched(3, 'one', 11));
      const processes = [watched(3, 'one', 5), watched(1, 'one', 11), watched(2, 'two', 5)];
      expect(roster.handle({ type: 'state', processes })).toEqual([]);
    });

    it('gives a service the processes of all its tags', () => {
      const both = service('both', 10);
      roster = new Roster();
      roster.assign('one', [both]);
      roster.assign('two', [both]);
      roster.add(watched(1, 'one', 11));
      roster.add(watched(2, 'two', 5));
      const processes = [watched(1, 'one', 12), watched(2, 'two', 5)];
      expect(roster.handle({ type: 'state', processes })).toEqual([]);
    });
  });
});
