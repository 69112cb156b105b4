import { describe, expect, it } from '@jest/globals';
import {
  nextView,
  OVERVIEW,
  topFrame,
  type LiveStatus,
  type TopKey,
  type TopView,
} from '../../../src/control/index.js';
import type { MemberStatus, ServiceStatus, State } from '../../../src/services/index.js';
import { widthOf } from '../../../src/text/index.js';
import { forAll } from '../random.js';

const NOW = new Date(2026, 10, 29, 12, 0, 0).getTime();
const LAYOUT = { rows: 24, columns: 80, now: NOW, colours: false, ascii: false };

const member = (pid: number, value: number, limit: number | null = 100, name = 'broker'): MemberStatus => ({
  pid,
  name,
  value,
  limit,
  state: value > 80 ? 'CRITICAL' : value > 50 ? 'WARNING' : 'OK',
});

const service = (
  description: string,
  state: State,
  members: readonly MemberStatus[],
  more: Partial<ServiceStatus> = {},
): ServiceStatus => ({
  description,
  resource: 'nofile',
  state,
  since: NOW - 3000,
  changes: 1,
  highest: 83,
  thresholds: { warning: { range: '50', upper: 50 }, critical: { range: '80%', upper: 80 } },
  processes: members.length,
  members,
  ...more,
});

const status = (services: readonly ServiceStatus[], more: Partial<LiveStatus> = {}): LiveStatus => ({
  version: '1.2.3',
  pid: 42,
  since: NOW - 65_000,
  attach: 'fentry',
  missedLooks: 0,
  lost: {},
  host: 'gw01',
  services,
  destinations: [{ name: 'nsca mon1:5667', waiting: 0, lastDelivery: NOW - 2000 }],
  crossings: [crossing('WARNING', 51, NOW - 5000), crossing('CRITICAL', 81, NOW - 3000)],
  ...more,
});

function crossing(state: State, value: number, time: number): LiveStatus['crossings'][number] {
  return {
    service: 'broker fds',
    resource: 'nofile',
    time,
    arrival: time,
    state,
    value,
    limit: 100,
    pid: 7,
    name: 'broker',
  };
}

const LOGINS = service('logins', 'OK', [member(12, 4, 1024, 'sshd')], {
  thresholds: { warning: { range: '50', upper: 50 }, critical: { range: '80%', upper: 819 } },
});
const THREE = [LOGINS, service('broker fds', 'CRITICAL', [member(7, 81), member(8, 60, 200)])];
const THREE_THOUSAND = [
  service(
    'open files',
    'CRITICAL',
    Array.from({ length: 3000 }, (_, index) => member(index + 1, Math.max(0, 90 - index))),
  ),
  LOGINS,
];

const frame = (told: LiveStatus, view: Partial<TopView> = {}, layout: Partial<typeof LAYOUT> = {}) =>
  topFrame(told, { ...OVERVIEW, ...view }, { ...LAYOUT, ...layout });
const picture = (...given: Parameters<typeof frame>) => frame(...given).lines.map((line) => line.trimEnd());
const pressed = (...keys: TopKey[]) => keys.reduce((view, key) => nextView(view, key, 10), OVERVIEW);
const character = (text: string): TopKey => ({ name: 'character', character: text });

describe('the live view', () => {
  it('has all on a terminal of 80 x 24: bars between the thresholds, peaks, destinations, crossings', () => {
    expect(picture(status(THREE))).toEqual([
      'gw01  check_rlimit_passive 1.2.3  pid 42  up 1 min 5 s  attach fentry   12:00:00',
      '2 services, 3 processes:  1 CRITICAL  1 OK  by worst',
      'CRITICAL  broker fds  for 3 s, 2 processes, nofile w 50 c 80%, peak 83',
      'CRITICAL  broker[7]  81 of 100   81%  [####################w###########c.......]',
      'WARNING   broker[8]  60 of 200   30%  [##########w#....................c.......]',
      'OK        logins  for 3 s, 1 process, nofile w 50 c 80%, peak 83',
      '          sshd[12]   4 of 1024    0%  [.w.............................c........]',
      ...Array.from({ length: 11 }, () => ''),
      'Destinations',
      'nsca mon1:5667: last delivery 2 s ago, nothing waits',
      'Crossings',
      '11:59:57  CRITICAL  broker fds  81 of 100  broker[7]',
      '11:59:55  WARNING   broker fds  51 of 100  broker[7]',
      'q quit  s sort  / filter  Tab one service  arrows, PgUp, PgDn scroll',
    ]);
  });

  it('leaves room for each service beside one with 3,000 processes', () => {
    const lines = picture(status(THREE_THOUSAND));
    expect(lines[1]).toBe('2 services, 3000 processes:  1 CRITICAL  1 OK  by worst');
    expect(lines.slice(2, 4)).toEqual([
      'CRITICAL  open files  for 3 s, 3000 processes, nofile w 50 c 80%, peak 83',
      expect.stringMatching(/^CRITICAL {2}broker\[1\] {3}90 of 100 {3}90% {2}\[#+w#+c#+\.+\]$/),
    ]);
    expect(lines.slice(16, 18)).toEqual([
      expect.stringMatching(/^OK {8}logins/),
      expect.stringMatching(/^ {10}sshd\[12\]/),
    ]);
  });

  it('has one service alone by Tab, and leafs in it to its end and not further', () => {
    const told = status(THREE_THOUSAND);
    const { lines, page, view } = frame(told, pressed({ name: 'tab' }, { name: 'end' }));
    expect(page).toBe(16);
    expect(view.first).toBe(3000 - (page - 1));
    expect(lines[1]).toContain('by worst, from 2986 of 3000');
    expect(lines[page + 1]).toMatch(/broker\[3000\]/);
    expect(frame(told, pressed({ name: 'tab' }, { name: 'tab' })).lines[2]).toMatch(/^OK {8}logins/);
    expect(frame(told, pressed({ name: 'tab' }, { name: 'page-down' })).lines[3]).toMatch(/broker\[11\]/);
    expect(pressed({ name: 'tab' }, { name: 'escape' })).toEqual(OVERVIEW);
  });

  it.each([
    ['worst', ['broker fds', 'broker[7]', 'broker[8]', 'logins', 'sshd[12]']],
    ['value', ['logins', 'sshd[12]', 'broker fds', 'broker[7]', 'broker[8]']],
    ['share', ['logins', 'sshd[12]', 'broker fds', 'broker[7]', 'broker[8]']],
    ['name', ['broker fds', 'broker[7]', 'broker[8]', 'logins', 'sshd[12]']],
  ] as const)('is sorted by %s', (sort, names) => {
    const presses = { worst: 0, value: 1, share: 2, name: 3 }[sort];
    const view = pressed(...Array.from({ length: presses }, () => character('s')));
    const lines = picture(status(THREE), view);
    expect(lines[1]).toContain(`by ${sort}`);
    expect(lines.slice(2, 7).map((line) => line.slice(10).split('  ')[0]?.trim())).toEqual(names);
  });

  it('shows what has the words of a filter in its name, a service or a process', () => {
    const typing = pressed(
      character('/'),
      character('S'),
      character('q'),
      { name: 'backspace' },
      character('s'),
    );
    expect(picture(status(THREE), typing).at(-1)).toBe('filter: Ss_  (Enter keeps it, Esc takes it away)');
    const view = nextView(typing, { name: 'enter' }, 10);
    expect(picture(status(THREE), view).slice(1, 5)).toEqual([
      '2 services, 3 processes:  1 CRITICAL  1 OK  by worst, only "Ss"',
      expect.stringMatching(/^OK {8}logins/),
      expect.stringMatching(/sshd\[12\]/),
      '',
    ]);
    expect(picture(status(THREE), { filter: 'nobody' })[2]).toBe('nothing has "nobody" in its name');
  });

  it('says what an agent that hangs is, and what is not exact, in a line each', () => {
    const told = status(THREE, { mayMiss: 'this kernel preempts', unproven: 'a limit' });
    const { lines } = topFrame(told, OVERVIEW, { ...LAYOUT, trouble: 'it hangs' });
    expect(lines.at(-1)?.trimEnd()).toBe('it hangs');
    expect(lines.slice(1, 3)).toEqual(['not exact: this kernel preempts', 'not proven to be exact: a limit']);
  });

  it('writes no order to the terminal, whatever something calls itself', () => {
    const evil = 'a\u001b[2Jb\u009b1m\nc\u202e';
    const told = status([service(evil, 'OK', [member(1, 4, 100, evil)])], {
      host: evil,
      destinations: [{ name: evil, waiting: 1, lastError: evil }],
      crossings: [{ ...crossing('OK', 1, NOW), service: evil, name: evil }],
    });
    for (const view of [OVERVIEW, { ...OVERVIEW, filter: evil, isTyping: true }])
      expect(frame(told, view).lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('has colours of states, and only signs of ASCII where that is asked for', () => {
    const told = status([service('größe', 'CRITICAL', [member(7, 81)], { resource: 'rttime' })]);
    expect(frame(told, {}, { colours: true }).lines[2]).toContain('\u001b[31mCRITICAL\u001b[0m');
    const plain = frame(told, {}, { ascii: true }).lines.join('');
    expect(plain).toMatch(/^[ -~]*$/);
    expect(plain).toContain('81 us of 100 us');
  });

  it('has its columns below each other whatever is wide in a name, also where only signs of ASCII are drawn', () => {
    const members = [
      member(7, 81, 100, '収集デーモン'),
      member(8, 60, 200),
      member(9, 4, 100, 'e\u0301te\u0301'),
    ];
    const told = status([service('日本語', 'CRITICAL', members)], {
      crossings: [
        { ...crossing('OK', 1, NOW), service: '日本語' },
        { ...crossing('OK', 100, NOW), service: 'logins' },
      ],
    });
    for (const ascii of [false, true]) {
      const { lines } = frame(told, {}, { ascii });
      const widthBefore = (line: string | undefined, text: string) =>
        widthOf(line?.split(text)[0] ?? 'nothing');
      const bars = lines.slice(3, 6);
      expect(new Set(bars.map((line) => widthBefore(line, ' of '))).size).toBe(1);
      expect(bars.map((line) => [widthBefore(line, '  ['), widthOf(line)])).toEqual(
        Array.from({ length: 3 }, () => [widthBefore(bars[0], '  ['), 80]),
      );
      expect(new Set(lines.slice(-3, -1).map((line) => widthBefore(line, ' of '))).size).toBe(1);
      expect(new Set(lines.slice(-3, -1).map((line) => widthBefore(line, '  broker'))).size).toBe(1);
    }
  });

  it('leaves out whole words where there is no room, and keeps the time of day', () => {
    const told = status([service('sensor address space', 'OK', [member(7, 4)])], {
      host: 'gw01.example.org',
    });
    expect(picture(told).slice(0, 3)).toEqual([
      'gw01.example.org  check_rlimit_passive 1.2.3  pid 42  up 1 min 5 s      12:00:00',
      '1 service, 1 process:  1 OK  by worst',
      'OK        sensor address space  for 3 s, 1 process, nofile w 50 c 80%, peak 83',
    ]);
    expect(picture(told, {}, { columns: 60 }).slice(0, 3)).toEqual([
      'gw01.example.org  check_rlimit_passive 1.2.3        12:00:00',
      '1 service, 1 process:  1 OK  by worst',
      'OK        sensor address space  for 3 s, 1 process',
    ]);
    expect(picture(told, {}, { columns: 30 })[0]).toBe('gw01.example.org      12:00:00');
  });

  it('says why a destination gets nothing, in a second line if need be', () => {
    const name = 'icinga2 https://mon1:5665';
    const lastError = `Cannot connect to mon1 port 5665 (ECONNREFUSED): is Icinga 2 running there? ${'Or '.repeat(30)}`;
    const told = status(THREE, { destinations: [{ name, waiting: 3, lastError, nextTry: NOW + 7000 }] });
    expect(picture(told).slice(-7, -4)).toEqual([
      'Destinations',
      `${name}: nothing delivered yet, 3 results wait,`,
      '  next try in 7 s, last error: Cannot connect to mon1 port 5665 (ECONNREFUSED):…',
    ]);
    expect(picture(told, {}, { columns: 400 }).at(-5)).toContain('next try in 7 s, last error: Cannot');
    expect(picture(told, {}, { rows: 20 }).at(-5)).toMatch(/^icinga2 .* 3 results wait, .*…$/);
  });

  it('counts a process that two services have once', () => {
    const two = [service('all', 'OK', [member(7, 4), member(8, 4)]), service('broker', 'OK', [member(7, 4)])];
    expect(picture(status(two))[1]).toBe('2 services, 2 processes:  2 OK  by worst');
  });

  it('fits into every terminal, whatever is wide in it', () => {
    forAll(300, (random) => {
      const [rows, columns] = [random.int(0, 60), random.int(0, 220)];
      const view = { first: random.int(0, 4000), alone: random.int(-1, 3) };
      const ascii = random.int(0, 1) === 1;
      const name = 'データe\u0301x'.slice(0, random.int(0, 6));
      const services = [...THREE_THOUSAND, service(name, 'OK', [member(1, 4, 100, name)])];
      const told = status(services, {
        host: name,
        crossings: [{ ...crossing('OK', 4, NOW), name, service: name }],
      });
      const { lines } = frame(told, view, { rows, columns, ascii });
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(0, ...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    });
  });
});
