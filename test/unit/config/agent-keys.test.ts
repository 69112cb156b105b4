import { describe, expect, it } from '@jest/globals';
import { configWith, problemWith } from './example.js';

describe('heartbeat', () => {
  it('is five minutes if nothing is said', () => {
    expect(configWith('')).toHaveProperty('heartbeat', 300_000);
  });

  it.each([
    ['90s', 90_000],
    ['1500ms', 1500],
    ['"1h"', 3_600_000],
    ['7d', 604_800_000],
    ['off', undefined],
  ])('%s', (written, milliseconds) => {
    expect(configWith(`heartbeat: ${written}`).heartbeat).toBe(milliseconds);
  });

  it.each([
    [
      '300',
      'the number 300 has no unit (ms, s, m, h or d); write one such as heartbeat: 5m, or heartbeat: off',
    ],
    ['"300"', '"300" has no unit (ms, s, m, h or d); '],
    ['999ms', '"999ms" is too short; write at least 1s'],
    ['8d', '"8d" is too long; write at most 7d'],
    ['999999999d', '"999999999d" is too long; '],
    ['5min', '"5min" is not a duration; write one such as heartbeat: 5m'],
    ['5 m', '"5 m" is not a duration; '],
    ['1.5h', '"1.5h" is not a duration; '],
    ['-5m', '"-5m" is not a duration; '],
    ['false', 'the boolean false is not a duration; '],
    ['[5m]', 'a list is not a duration; '],
  ])('refuses %s', (written, problem) => {
    const expected = `1:12: heartbeat: ${problem}`;
    expect(problemWith(`heartbeat: ${written}`).slice(0, expected.length)).toBe(expected);
  });

  it('refuses to be left empty', () => {
    expect(problemWith('heartbeat:')).toBe(
      '1:1: heartbeat: is empty; write a duration, such as heartbeat: 5m, or heartbeat: off',
    );
  });
});

describe('state_directory, status_socket, metrics_file and btf_file', () => {
  it('are left to the caller if nothing is said', () => {
    const config = configWith('');
    expect(config).not.toHaveProperty('stateDirectory');
    expect(config).not.toHaveProperty('statusSocket');
    expect(config).not.toHaveProperty('metricsFile');
    expect(config).not.toHaveProperty('btfFile');
  });

  it.each([
    ['state_directory: /var/lib/x', { stateDirectory: '/var/lib/x' }],
    ['state_directory: state', { stateDirectory: '/etc/crp/state' }],
    ['status_socket: /run/x.sock', { statusSocket: '/run/x.sock' }],
    ['metrics_file: /srv/a.prom', { metricsFile: '/srv/a.prom' }],
    ['metrics_file: a b.prom', { metricsFile: '/etc/crp/a b.prom' }],
    ['btf_file: gateway.btf', { btfFile: '/etc/crp/gateway.btf' }],
    [`status_socket: /${'s'.repeat(106)}`, { statusSocket: `/${'s'.repeat(106)}` }],
  ])('%s', (line, expected) => {
    expect(configWith(line)).toMatchObject(expected);
  });

  it.each([
    ['state_directory: 5', '1:18: state_directory: the number 5 is not text; put it in quotes'],
    ['state_directory: ""', '1:18: state_directory: is empty; write a path, such as state_directory: /var'],
    ['state_directory: "/a\\0"', '1:18: state_directory: has a control character; '],
    [
      'metrics_file: /srv/a.prom.txt',
      '1:15: metrics_file: does not end in .prom, and node_exporter reads no others; ',
    ],
    ['metrics_file: ""', '1:15: metrics_file: is empty; write a path, such as metrics_file: /var/lib/'],
    ['metrics_file: 5', '1:15: metrics_file: the number 5 is not text; put it in quotes'],
    ['state_dir: /x', '1:1: the file: unknown key "state_dir"; did you mean state_directory?'],
    [`status_socket: /${'s'.repeat(107)}`, '1:16: status_socket: is 108 bytes long; Linux takes at most 107'],
  ])('refuses %s', (line, problem) => {
    expect(problemWith(line).slice(0, problem.length)).toBe(problem);
  });
});
