import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/config/index.js';
import { errorOf, example, exampleWith, problemOfService, serviceWith, valid } from './example.js';

describe('absent', () => {
  it.each([
    ['', undefined],
    ['absent: ok', 'OK'],
    ['absent: Warning', 'WARNING'],
    ['absent: CRITICAL', 'CRITICAL'],
    ['absent: unknown', 'UNKNOWN'],
  ])('%j is %s', (line, state) => {
    expect(serviceWith(line).absent).toBe(state);
  });

  it.each(['off', 'constructor'])('refuses %s', (written) => {
    expect(problemOfService(`absent: ${written}`)).toBe(
      `13: services[0].absent: "${written}" is not a state; write one such as ok, warning, critical or unknown`,
    );
  });
});

describe('hold', () => {
  it.each([
    ['', 0],
    ['hold: 0s', 0],
    ['hold: 5s', 5000],
    ['hold: 1h', 3_600_000],
  ])('%j is %d ms', (line, milliseconds) => {
    expect(serviceWith(line).hold).toBe(milliseconds);
  });

  it.each([
    ['5', 'the number 5 has no unit (ms, s, m, h or d); write one such as hold: 5s'],
    ['61m', '"61m" is too long; write at most 1h'],
    ['off', '"off" is not a duration; write one such as hold: 5s'],
  ])('refuses %s', (written, problem) => {
    expect(problemOfService(`hold: ${written}`)).toBe(`11: services[0].hold: ${problem}`);
  });
});

describe('least_limit', () => {
  it.each([
    ['nofile', '64', 64],
    ['memlock', '64KiB', 65_536],
    ['cpu', '10s', 10_000_000],
  ] as const)('of %s can be %s', (resource, written, limit) => {
    const text = exampleWith('nofile', resource).replace('warning: 50', 'warning: 50%');
    const [service] = valid(`${text}    least_limit: ${written}\n`).services;
    expect(service?.leastLimit).toBe(limit);
  });

  it('is none if nothing is said', () => {
    expect(serviceWith('')).not.toHaveProperty('leastLimit');
  });

  it.each(['80%', '0', '-1', 'x', '[64]'])('refuses %s', (written) => {
    expect(problemOfService(`least_limit: ${written}`)).toMatch(
      /^18: services\[0\]\.least_limit: .* is not a limit; write one such as least_limit: 64$/,
    );
  });
});

describe('report_every', () => {
  it.each([
    ['10%', { kind: 'share', percent: 10 }],
    ['2%', { kind: 'share', percent: 2 }],
    ['12.5%', { kind: 'share', percent: 12.5 }],
    ['100%', { kind: 'share', percent: 100 }],
    ['1', { kind: 'value', value: 1 }],
    ['"20"', { kind: 'value', value: 20 }],
  ])('%s', (written, bound) => {
    expect(serviceWith(`report_every: ${written}`).reportEvery).toEqual(bound);
  });

  it('is not there if nothing is said', () => {
    expect(serviceWith('')).not.toHaveProperty('reportEvery');
  });

  it.each([
    ['1.99%', '"1.99%" is not from 2% to 100%; write one such as report_every: 10%'],
    ['101%', '"101%" is not from 2% to 100%; '],
    ['0', 'the number 0 is not a share of the soft limit or a count; write one such as report_every: 10%'],
    ['1.5', 'the number 1.5 is not a share '],
    ['1e15', 'the number 1000000000000000 is not a share '],
    ['"10:"', '"10:" is not a share '],
    ['true', 'the boolean true is not a share '],
  ])('refuses %s', (written, problem) => {
    const expected = `19: services[0].report_every: ${problem}`;
    expect(problemOfService(`report_every: ${written}`).slice(0, expected.length)).toBe(expected);
  });
});

describe('levels', () => {
  const services = (...lines: readonly string[]) =>
    lines.map(
      (line, index) => `  - { service: s${index}, process: { pid: 1 }, resource: nofile, ${line} }\n`,
    );
  const withServices = (list: readonly string[]) =>
    example.slice(0, example.indexOf('  - service')) + list.join('');

  // The kernel matches 1,024 groups for a resource (MAX_GROUPS).
  it('are of few enough selectors, each counted once', () => {
    const ofPids = (count: number) =>
      services(...Array.from({ length: count }, () => 'warning: 5')).map((text, index) =>
        text.replace('pid: 1 ', `pid: ${index + 1} `),
      );
    const twice = [...ofPids(1024), ...ofPids(1024)].map((text, index) =>
      text.replace(/s\d+,/, `s${index},`),
    );
    expect(() => parseConfig(withServices(twice), 'f')).not.toThrow();
    expect(errorOf(withServices(ofPids(1025))).message).toBe(
      'f.yaml:1033:5: services[1024]: has a process: that is the 1025th of resource nofile; the kernel matches 1024, give services the same one or run a second agent',
    );
  });

  // The kernel takes 64 levels for a process (MAX_LEVELS).
  it('of one service are always few enough', () => {
    const text = withServices(services('warning: "@10%:11%", critical: "@12%:13%", report_every: 2%'));
    expect(() => parseConfig(text, 'f')).not.toThrow();
  });

  it('of several services on the same processes are counted together, each once', () => {
    const shares = Array.from({ length: 40 }, () => 'warning: 50, report_every: 2%');
    const counts = (most: number) => Array.from({ length: most }, (_, index) => `warning: ${index + 1}`);
    expect(() => parseConfig(withServices(services(...shares)), 'f')).not.toThrow();
    expect(() => parseConfig(withServices(services(...counts(64))), 'f')).not.toThrow();
    expect(errorOf(withServices(services(...counts(65)))).message).toBe(
      'f.yaml:73:5: services[64]: brings its processes to 65 levels, with the services before; the kernel takes 64, write a greater report_every or fewer services',
    );
    expect(
      errorOf(withServices(services('warning: 1, report_every: 2%', 'warning: 1, report_every: 3%'))).message,
    ).toContain('services[1]: brings its processes to 68 levels');
  });

  it('of other processes are counted for themselves', () => {
    const text = withServices(
      Array.from(
        { length: 64 },
        (_, index) =>
          `  - { service: s${index}, process: { pid: ${index + 1} }, resource: nofile, warning: ${index}, critical: ${index + 100} }\n`,
      ),
    );
    expect(() => parseConfig(text, 'f')).not.toThrow();
  });
});

describe('on_warning, on_critical and on_ok', () => {
  it('are empty if nothing is said', () => {
    expect(serviceWith('').actions).toEqual({ warning: [], critical: [], ok: [] });
  });

  it.each([
    ['signal: SIGUSR1', { kind: 'signal', signal: 'SIGUSR1' }],
    ['signal: TERM', { kind: 'signal', signal: 'SIGTERM' }],
    ['raise_limit: 50%', { kind: 'raise-limit', by: { kind: 'share', percent: 50 } }],
    ['raise_limit: 500, up_to: 4096', { kind: 'raise-limit', by: { kind: 'value', value: 500 }, upTo: 4096 }],
    ['restart_unit: broker', { kind: 'restart-unit', unit: 'broker.service' }],
    ['restart_unit: broker.timer', { kind: 'restart-unit', unit: 'broker.timer' }],
    ['run: [/usr/local/bin/collect]', { kind: 'run', argv: ['/usr/local/bin/collect'] }],
    ['run: [/bin/x, --now, "", "5"]', { kind: 'run', argv: ['/bin/x', '--now', '', '5'] }],
    [
      'signal: HUP, at_most: 3 per 10m',
      { kind: 'signal', signal: 'SIGHUP', atMost: { count: 3, per: 600_000 } },
    ],
  ])('{ %s }', (keys, action) => {
    expect(serviceWith(`on_critical: { ${keys} }`).actions.critical).toEqual([action]);
    expect(serviceWith(`on_ok: [{ ${keys} }]`).actions.ok).toEqual([action]);
  });

  it('can be several, in order', () => {
    const { actions } = serviceWith('on_warning: [{ signal: USR1 }, { raise_limit: 1 }, { signal: USR1 }]');
    expect(actions.warning.map(({ kind }) => kind)).toEqual(['signal', 'raise-limit', 'signal']);
  });

  it.each([
    ['on_critcal: {}', '5: services[0]: unknown key "on_critcal"; did you mean on_critical?'],
    [
      'on_ok:',
      '5: services[0].on_ok: is empty; write an action, such as { signal: SIGUSR1, at_most: 3 per 10m }',
    ],
    ['on_ok: []', '12: services[0].on_ok: has no action; write one, or leave the key out'],
    ['on_ok: USR1', '12: services[0].on_ok: "USR1" is not an action; write one such as { signal: '],
    ['on_ok: {}', '12: services[0].on_ok: has none of signal, raise_limit, restart_unit, run; write one'],
    ['on_ok: [{ signal: USR1 }, {}]', '31: services[0].on_ok[1]: has none of signal, raise_limit, '],
    ['on_ok: { sginal: USR1 }', '14: services[0].on_ok: unknown key "sginal"; did you mean signal?'],
    ['on_ok: { signal: USR1, run: [/x] }', '12: services[0].on_ok: has signal and run; keep one of them'],
    [
      'on_ok: { signal: usr1 }',
      '22: services[0].on_ok.signal: "usr1" is not a signal; did you mean SIGUSR1?',
    ],
    [
      'on_ok: { signal: SIGTERMM }',
      '22: services[0].on_ok.signal: "SIGTERMM" is not a signal; did you mean SIGTERM?',
    ],
    [
      'on_ok: { signal: 10 }',
      '22: services[0].on_ok.signal: the number 10 is not a signal; write one such as signal',
    ],
    ['on_ok: { signal: constructor }', '22: services[0].on_ok.signal: "constructor" is not a signal; '],
    ['on_ok: { up_to: 5 }', '12: services[0].on_ok: has up_to without raise_limit; '],
    ['on_ok: { signal: USR1, up_to: 5 }', '12: services[0].on_ok: has up_to without raise_limit; '],
    ['on_ok: { raise_limit: 150% }', '27: services[0].on_ok.raise_limit: "150%" is not from 0.01% to 100%; '],
    ['on_ok: { raise_limit: 5, up_to: 50% }', '37: services[0].on_ok.up_to: "50%" is not a limit; '],
    ['on_ok: { restart_unit: "a@" }', '28: services[0].on_ok.restart_unit: "a@" is a template, '],
    [
      'on_ok: { run: /x --now }',
      '19: services[0].on_ok.run: is not a list; write the program and each of its arguments as an entry of a list, such as run: [/x, --now]',
    ],
    ['on_ok: { run: [x] }', '20: services[0].on_ok.run[0]: "x" is not an absolute path; '],
    [
      'on_ok: { run: [] }',
      '19: services[0].on_ok.run[0]: is missing; write the path of a program, such as /usr',
    ],
    ['on_ok: { run: [/x, 5] }', '24: services[0].on_ok.run[1]: the number 5 is not text; put it in quotes'],
    ['on_ok: { run: [/x, "\\0"] }', '24: services[0].on_ok.run[1]: has a NUL, '],
    [
      'on_ok: { signal: HUP, at_most: 3 }',
      '36: services[0].on_ok.at_most: the number 3 is not a rate; write one',
    ],
    ['on_ok: { signal: HUP, at_most: 3 per 10 }', '36: services[0].on_ok.at_most: "10" has no unit '],
    [
      'on_ok: { signal: HUP, at_most: 0 per 10m }',
      '36: services[0].on_ok.at_most: "0 per 10m" is not a rate; ',
    ],
    [
      'on_ok: { signal: HUP, at_most: 1 per 0s }',
      '36: services[0].on_ok.at_most: "0s" is too short; write at',
    ],
  ])('refuse %s', (line, problem) => {
    expect(problemOfService(line).slice(0, problem.length)).toBe(problem);
  });
});
