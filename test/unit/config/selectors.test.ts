import { describe, expect, it } from '@jest/globals';
import { errorOf, exampleWith, selectorWith, serviceWith, problemOfService, valid } from './example.js';

const parseWith = (process: string) => valid(exampleWith('{ pid: 4711 }', process)).services[0]?.process;

describe('process', () => {
  it.each([
    ['pid: 4194303', { kind: 'pid', pid: 4_194_303 }],
    ['pidfile: /run/broker.pid', { kind: 'pidfile', path: '/run/broker.pid' }],
    ['exe: /usr/sbin/broker', { kind: 'exe', path: '/usr/sbin/broker' }],
    ['command: broker', { kind: 'command', name: 'broker' }],
    ['command: "(sd-pam)"', { kind: 'command', name: '(sd-pam)' }],
    ['command: /usr/bin/x', { kind: 'command', name: '/usr/bin/x' }],
    ['command: "a\\tb"', { kind: 'command', name: 'a\tb' }],
    ['command: " a|;b "', { kind: 'command', name: ' a|;b ' }],
    ['command: fifteen-letters', { kind: 'command', name: 'fifteen-letters' }],
    ['unit: broker', { kind: 'unit', name: 'broker.service' }],
    ['unit: broker.v2', { kind: 'unit', name: 'broker.v2.service' }],
    ['unit: getty@tty1.service', { kind: 'unit', name: 'getty@tty1.service' }],
    ['unit: user-1000.slice', { kind: 'unit', name: 'user-1000.slice' }],
    ['unit: -.slice', { kind: 'unit', name: '-.slice' }],
    ['unit: a\\x2db.scope', { kind: 'unit', name: 'a\\x2db.scope' }],
    ['unit: .lead.service', { kind: 'unit', name: '.lead.service' }],
    ['unit: -x.service', { kind: 'unit', name: '-x.service' }],
    ['cgroup: /system.slice/broker.service', { kind: 'cgroup', path: '/system.slice/broker.service' }],
    ['cgroup: /system.slice//broker.service/', { kind: 'cgroup', path: '/system.slice/broker.service' }],
    ['cgroup: /', { kind: 'cgroup', path: '/' }],
    ['user: mosquitto', { kind: 'user', name: 'mosquitto' }],
    ['user: 1000', { kind: 'user', name: '1000' }],
    ['user: "1000"', { kind: 'user', name: '1000' }],
    ['user: someone@example.org', { kind: 'user', name: 'someone@example.org' }],
    ['user: CORP\\John Doe', { kind: 'user', name: 'CORP\\John Doe' }],
    ['user: "a,b$"', { kind: 'user', name: 'a,b$' }],
  ])('{ %s }', (keys, selector) => {
    expect(selectorWith(keys)).toEqual(selector);
  });

  it('is also a word', () => {
    expect(parseWith('all')).toEqual({ kind: 'all' });
  });

  it.each([
    ['al', '"al" is not a selector of processes; did you mean all?'],
    ['ALL', '"ALL" is not a selector of processes; did you mean all?'],
    [
      'sshd',
      '"sshd" is not a selector of processes; write one such as process: { unit: broker.service }, or process: all',
    ],
    ['{ all: true }', 'has all as a key; write process: all'],
    ['{ all: , pid: 1 }', 'has all as a key; write process: all'],
    ['', 'is empty; write a selector of processes, such as process: { unit: broker.service }'],
    ['5', 'the number 5 is not a selector of processes; write one such as process: { unit: broker.service }'],
    ['[all]', 'a list is not a selector of processes; write one such as process: { unit: broker.service }'],
  ])('refuses the word %s', (word, problem) => {
    const { message } = errorOf(exampleWith('{ pid: 4711 }', word));
    expect(message.replace(/^f.yaml:10:\d+: services\[0\].process: /, '')).toBe(problem);
  });

  const none = 'pid, pidfile, exe, command, unit, cgroup, user';
  it.each([
    [
      '',
      `14: services[0].process: has none of ${none}; write one, such as process: { unit: broker.service }`,
    ],
    ['pid: 1, exe: /x', '14: services[0].process: has pid and exe; keep one of them'],
    ['user: a, unit: b, pid: 1', '14: services[0].process: has pid and unit and user; keep one of them'],
    ['inherit: false', '16: services[0].process: unknown key "inherit"; '],
    [
      'exe: ',
      '16: services[0].process.exe: is empty; write the path of a program, such as exe: /usr/sbin/broker',
    ],
    [
      'exe: sbin/x',
      '21: services[0].process.exe: "sbin/x" is not an absolute path; write all of it, such as exe: /usr',
    ],
    ['exe: "/a\\0b"', '21: services[0].process.exe: has a control character; '],
    [
      `exe: /${'a'.repeat(4095)}`,
      '21: services[0].process.exe: is 4096 bytes long; Linux takes at most 4095',
    ],
    ['pidfile: 5', '25: services[0].process.pidfile: the number 5 is not text; put it in quotes'],
    [
      'command: sixteen-letters-',
      '25: services[0].process.command: is 16 bytes long; the kernel keeps 15 of a name, write "sixteen-letters"',
    ],
    [
      'command: fifteen-letterü',
      '25: services[0].process.command: is 16 bytes long; the kernel keeps 15 of a name, which cuts a letter here',
    ],
    [
      'command: /usr/sbin/mailfilter',
      '25: services[0].process.command: is 20 bytes long; the kernel keeps 15 of a name, write "/usr/sbin/mailf", or exe:',
    ],
    ['command: "a\\nb"', '25: services[0].process.command: has a NUL or a newline; '],
    ['command: "a\\0b"', '25: services[0].process.command: has a NUL or a newline; '],
    ['command: ""', '25: services[0].process.command: is empty; '],
    [
      'unit: a b',
      '22: services[0].process.unit: "a b" is not the name of a unit; write one, such as unit: broker.service',
    ],
    ['unit: .service', '22: services[0].process.unit: ".service" is not the name of a unit; '],
    ['unit: --now', '22: services[0].process.unit: "--now" is not the name of a unit; '],
    ['unit: broker.timer', '22: services[0].process.unit: "broker.timer" has no processes, as a timer; '],
    [
      'unit: getty@',
      '22: services[0].process.unit: "getty@" is a template, which never runs; write one of its instances',
    ],
    [
      'unit: 5',
      '22: services[0].process.unit: the number 5 is not a unit; write one such as unit: broker.service',
    ],
    [`unit: ${'a'.repeat(248)}`, '22: services[0].process.unit: "aaa'],
    ['cgroup: a', '24: services[0].process.cgroup: "a" is not an absolute path; '],
    ['cgroup: /a/../b', '24: services[0].process.cgroup: has . or .. in it; '],
    ['cgroup: /sys/fs/cgroup/a', '24: services[0].process.cgroup: begins at the mount; '],
    ['cgroup: /sys/fs/cgroup', '24: services[0].process.cgroup: begins at the mount; '],
    ['cgroup: //sys/fs/cgroup//a/', '24: services[0].process.cgroup: begins at the mount; '],
    ['user: 4294967295', '22: services[0].process.user: the number 4294967295 is not a user; '],
    ['user: -1', '22: services[0].process.user: the number -1 is not a user; '],
    ['user: 1.5', '22: services[0].process.user: the number 1.5 is not a user; '],
    ['user: "a "', '22: services[0].process.user: "a " is not a user; '],
    ['user: a:b', '22: services[0].process.user: "a:b" is not a user; write one such as user: mosquitto'],
  ])('refuses { %s }', (keys, problem) => {
    const { message } = errorOf(exampleWith('pid: 4711', keys));
    const expected = `f.yaml:10:${problem}`;
    expect(message.slice(0, expected.length)).toBe(expected);
  });
});

describe('inherit', () => {
  it('is on if nothing is said', () => {
    expect(serviceWith('')).toHaveProperty('inherit', true);
    expect(serviceWith('inherit: false')).toHaveProperty('inherit', false);
  });

  it('refuses what is neither true nor false in YAML 1.2', () => {
    expect(problemOfService('inherit: no')).toBe(
      '14: services[0].inherit: "no" is not true or false; write one such as inherit: false',
    );
  });
});
