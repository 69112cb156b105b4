import { describe, expect, it } from '@jest/globals';
import { statusText, type AgentStatus } from '../../../src/control/index.js';
import type { MemberStatus } from '../../../src/services/index.js';

const NOW = 1_700_000_000_000;
const member = (pid: number, value: number, limit: number | null, rest: Partial<MemberStatus> = {}) =>
  ({ pid, name: 'broker', value, limit, state: 'OK', ...rest }) as const;
/** What is not in this text. */
const UNSHOWN = { changes: 0, highest: null, thresholds: {}, processes: 0 } as const;
const MANY = Array.from({ length: 8 }, (_, index) => member(100 + index, 8 - index, 100));

const STATUS: AgentStatus = {
  version: '1.2.3',
  pid: 4711,
  since: NOW - 3 * 86_400_000 - 4 * 3_600_000 - 5000,
  attach: 'fentry',
  missedLooks: 0,
  lost: {},
  host: 'gw01',
  services: [
    {
      ...UNSHOWN,
      description: 'broker fds',
      resource: 'nofile',
      state: 'CRITICAL',
      since: NOW - 245_000,
      members: [
        member(4712, 900, 1024, { state: 'CRITICAL' }),
        member(4713, 5, 1024),
        member(17, 70, null, { name: 'mosquitto-bridg' }),
        member(18, 7, 0),
      ],
    },
    { ...UNSHOWN, description: 'web fds', resource: 'nofile', state: 'OK', since: NOW, members: MANY },
    { ...UNSHOWN, description: 'db fds', resource: 'nofile', state: 'UNKNOWN', since: null, members: [] },
    {
      ...UNSHOWN,
      description: 'sessions',
      resource: 'nofile',
      state: 'UNKNOWN',
      since: NOW,
      absence: 'there is no user "backup"',
      members: [],
    },
  ],
  destinations: [
    { name: 'nsca 192.0.2.1:5667', waiting: 0, lastDelivery: NOW - 12_000 },
    { name: 'nsca 192.0.2.2:5667', waiting: 3, lastError: 'connection refused', nextTry: NOW + 40_000 },
    { name: 'nsca 192.0.2.3:5667', waiting: 1 },
    { name: 'nsca 192.0.2.4:5667', waiting: 2, waitsForHeartbeat: true },
  ],
};
const layout = { now: NOW, columns: 80, processes: 5 };

describe('the status for a person', () => {
  it('shows services, their worst processes as bars, and destinations', () => {
    expect(statusText(STATUS, layout)).toEqual([
      'check_rlimit_passive 1.2.3  pid 4711  up 3 d 4 h  attach fentry  host gw01',
      '',
      'CRITICAL  broker fds, for 4 min 5 s',
      'CRITICAL  broker[4712]             900 of 1024   87%  [#####################...]',
      '          broker[4713]               5 of 1024    0%  [........................]',
      '          mosquitto-bridg[17]  70 of unlimited',
      '          broker[18]                    7 of 0',
      '',
      'OK        web fds, for 0 s',
      ...[8, 7, 6, 5, 4].map(
        (value, index) =>
          `          broker[${100 + index}]  ${value} of 100    ${value}%  [${'#'.repeat(Math.floor(value * 0.39)).padEnd(39, '.')}]`,
      ),
      '          and 3 more: see -v',
      '',
      'UNKNOWN   db fds',
      '          no process',
      '',
      'UNKNOWN   sessions, for 0 s',
      '          there is no user "backup"',
      '',
      'nsca 192.0.2.1:5667: last delivery 12 s ago, nothing waits',
      'nsca 192.0.2.2:5667: nothing delivered yet, 3 results wait, next try in 40 s, last error: connection refused',
      'nsca 192.0.2.3:5667: nothing delivered yet, 1 result waits, being tried',
      'nsca 192.0.2.4:5667: nothing delivered yet, 2 results wait, next try with the next heartbeat',
    ]);
  });

  it('tells which of several servers takes the results, and why it is not the first', () => {
    const destinations = [
      { name: 'nsca a:1, b:1', waiting: 0, lastDelivery: NOW, server: 'b', detour: 'a is dead' },
      { name: 'nsca c:1, d:1', waiting: 0, lastDelivery: NOW, server: 'c' },
    ];
    expect(statusText({ ...STATUS, destinations }, layout).slice(-2)).toEqual([
      'nsca a:1, b:1: last delivery 0 s ago by b, nothing waits, not by the first server: a is dead',
      'nsca c:1, d:1: last delivery 0 s ago by c, nothing waits',
    ]);
  });

  it('shows which services a destination refuses, for how long and why', () => {
    const refused = Array.from({ length: 6 }, (_, index) => ({
      host: 'gw01',
      service: `service ${index}`,
      by: index === 1 ? ('sender' as const) : ('server' as const),
      reason: 'no such\u001b[2J service',
      since: NOW - 60_000,
    }));
    const destinations = [{ name: 'icinga', waiting: 0, lastDelivery: NOW, refused }];
    const lines = (processes: number) =>
      statusText({ ...STATUS, services: [], destinations }, { ...layout, processes }).slice(2);
    expect(lines(2)).toEqual([
      'icinga: last delivery 0 s ago, nothing waits',
      '          service 0 refused for 1 min: no such?[2J service',
      '          service 1 not sent for 1 min: no such?[2J service',
      '          and 4 more refused: see -v',
    ]);
    expect(lines(Infinity)).toHaveLength(7);
  });

  it('shows all processes to who asks', () => {
    const lines = statusText(STATUS, { ...layout, processes: Infinity });
    expect(lines.filter((line) => /broker\[10\d\]/.test(line))).toHaveLength(8);
    expect(lines.join('\n')).not.toContain('see -v');
  });

  it.each([20, 40, 60, 79, 100, 250])(
    'keeps processes within %i columns, or as short as they can be',
    (columns) => {
      const rows = statusText(STATUS, { ...layout, columns }).filter((line) => line.includes('%'));
      const bars = rows.filter((line) => line.endsWith(']'));
      expect(rows).toHaveLength(7);
      for (const row of bars) expect(row.length).toBeLessThanOrEqual(columns);
      expect(bars.length > 0).toBe(columns >= 60);
    },
  );

  it('fills a bar at the limit, and beyond', () => {
    const [service] = STATUS.services;
    if (!service) throw new Error('no service');
    const members = [member(1, 100, 100), member(2, 250, 100), member(3, 99, 100)];
    const lines = statusText({ ...STATUS, services: [{ ...service, members }] }, layout);
    expect(lines.slice(3, 6).map((line) => line.slice(line.indexOf('of 100')))).toEqual([
      `of 100  100%  [${'#'.repeat(39)}]`,
      `of 100  250%  [${'#'.repeat(39)}]`,
      `of 100   99%  [${'#'.repeat(38)}.]`,
    ]);
  });

  it('does not hand a terminal what a process calls itself', () => {
    const [service] = STATUS.services;
    if (!service) throw new Error('no service');
    const members = [member(1, 5, 100, { name: '\u001b[2Jx\n\u202e' })];
    const lines = statusText({ ...STATUS, services: [{ ...service, members }] }, layout);
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
    expect(lines[3]).toContain('?[2Jx??[1]');
  });
});
