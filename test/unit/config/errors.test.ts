import { describe, expect, it } from '@jest/globals';
import { errorOf, example, exampleWith } from './example.js';

const secondService = example.slice(example.indexOf('  - service'));

describe('parseConfig refuses', () => {
  it.each([
    // unknown keys
    ['warning', 'warnning', '12:5: services[0]: unknown key "warnning"; did you mean warning?'],
    ['services:', 'service:', '8:1: the file: unknown key "service"; did you mean services?'],
    ['server', 'SERVER', '4:5: destinations[0]: unknown key "SERVER"; did you mean server?'],
    ['pid: 4711', 'pidd: 4711', '10:16: services[0].process: unknown key "pidd"; did you mean pid?'],
    [
      'host:',
      '__proto__:',
      '1:1: the file: unknown key "__proto__"; known here: host, heartbeat, state_directory, status_socket, metrics_file, btf_file, destinations, services',
    ],
    // wrong values
    ['gw01', '4711', '1:7: host: the number 4711 is not text; put it in quotes'],
    ['gw01', '[a]', '1:7: host: a list is not a host name; write one such as host: gw01'],
    ['gw01', '', '1:1: host: is empty; write a host name, such as host: gw01'],
    ['gw01', '""', '1:7: host: is empty; write a host name, such as host: gw01'],
    ['gw01', 'a;b', '1:7: host: has a semicolon, a tab or another control character; '],
    ['gw01', '"a\\tb"', '1:7: host: has a semicolon, a tab or another control character; '],
    ['gw01', '" a"', '1:7: host: has a space at its start or end; '],
    ['gw01', 'ü'.repeat(32), '1:7: host: is 64 bytes long; NSCA carries at most 63, shorten it'],
    ['broker fds', 's'.repeat(128), '9:14: services[0].service: is 128 bytes long; NSCA carries at most 127'],
    [
      'type: nsca',
      'type: zabbix',
      '3:11: destinations[0].type: "zabbix" is not a type of destination; write one such as type: nsca, or',
    ],
    [
      'nsca',
      'ncsa',
      '3:11: destinations[0].type: "ncsa" is not a type of destination; write one such as type: nsca',
    ],
    [
      'type: nsca\n    server',
      'server',
      '3:5: destinations[0].type: is missing; write a type of destination, such as type: nsca',
    ],
    [
      'server: 127.0.0.1',
      'servers: [a]\n    server: b',
      '3:5: destinations[0]: has server and servers; keep one of them',
    ],
    [
      '    server: 127.0.0.1\n',
      '',
      '3:5: destinations[0]: has none of server, servers; write one, such as server: 192.0.2.1',
    ],
    [
      'server: 127.0.0.1',
      'packet_size: 512\n    server: 127.0.0.1',
      '4:18: destinations[0].packet_size: the number 512 is not a multiple of 4 from 720 to 65536; write one such as packet_size: 720',
    ],
    [
      'server: 127.0.0.1',
      'servers: a',
      '4:14: destinations[0].servers: "a" is not a list of host names or addresses; write one such as servers: [mon1, mon2]',
    ],
    [
      'server: 127.0.0.1',
      'servers: []',
      '4:14: destinations[0].servers: is an empty list; write a list of host names or addresses, such as servers: [mon1, mon2]',
    ],
    [
      'server: 127.0.0.1',
      'servers: [a, "b:1"]',
      '4:18: destinations[0].servers[1]: has a colon; write the port by itself',
    ],
    [
      'server: 127.0.0.1',
      'servers: [a, b, a]',
      '4:14: destinations[0].servers: has a server twice; take one',
    ],
    [
      'server: 127.0.0.1',
      'servers: [a, b, c, d, e, f, g, h, i]',
      '4:14: destinations[0].servers: has more than 8',
    ],
    [
      'type: nsca\n    server: 127.0.0.1',
      'type: nrdp\n    urls: ["https://a/", { url: "https://b/", server_nam: b }]',
      '4:47: destinations[0].urls[1]: unknown key "server_nam"; did you mean server_name?',
    ],
    ['127.0.0.1', 'a b', '4:13: destinations[0].server: "a b" is not a host name or an address; write one'],
    [
      '127.0.0.1',
      'gw:5667',
      '4:13: destinations[0].server: has a colon; write the port by itself, with the key port',
    ],
    [
      '5667',
      '65536',
      '5:11: destinations[0].port: the number 65536 is not a port from 1 to 65535; write one',
    ],
    ['5667', '"5667"', '5:11: destinations[0].port: "5667" is not a port from 1 to 65535; write one'],
    [
      'xor',
      'rot13',
      '6:17: destinations[0].encryption: "rot13" is not an encryption method that an nsca daemon can open; write one such as encryption: rijndael-128',
    ],
    ['xor', '7', '6:17: destinations[0].encryption: the number 7 is not an encryption method that an nsca'],
    ['xor', '1.5', '6:17: destinations[0].encryption: the number 1.5 is not an encryption method; write one'],
    ['{ pid: 4711 }', '4711', '10:14: services[0].process: the number 4711 is not a selector of processes; '],
    ['4711 }', '}', '10:16: services[0].process.pid: is empty; write a process id, such as pid: 4711'],
    ['4711', '0', '10:21: services[0].process.pid: the number 0 is not a process id; write one'],
    ['4711', '4194304', '10:21: services[0].process.pid: the number 4194304 is not a process id; write one'],
    ['resource: nofile', '', '9:5: services[0].resource: is missing; write a resource, such as nofile'],
    [
      'nofile',
      'locks',
      '11:15: services[0].resource: "locks" has not been counted since Linux 2.4.25; write one of nofile, as, data, stack, memlock, rss, cpu, nproc, sigpending, msgqueue, rttime',
    ],
    ['80%', '101%', '13:15: services[0].critical: "101%" is not a range; '],
    ['80%', 'true', '13:15: services[0].critical: the boolean true is not a range; write one'],
    ['50', '~', '12:14: services[0].warning: is empty; write a range, such as 50'],
    [/ {4}warning[^]*/.exec(example)?.[0] ?? '-', '', '9:5: services[0]: has neither warning nor critical; '],
    [
      / {2}- service[^]*/.exec(example)?.[0] ?? '-',
      ' []',
      '9:2: services: has no service; write at least one',
    ],
    [example, example + secondService, '14:14: services[1].service: is also the name of services[0]; '],
    // what is no YAML, or more than that
    [example, '', '1:1: the file: is empty; write a configuration'],
    [example, '# nothing', '1:1: the file: is empty; write a configuration'],
    [example, '[]', '1:1: the file: an empty list is not a configuration; write one'],
    [example, '[', '1:2: Flow sequence must end with a ]; add it'],
    [example, '['.repeat(20_000), '1:101: nested too deeply; '],
    [example, '? '.repeat(20_000), '1:201: nested too deeply; '],
    [
      '50',
      '@10:20',
      '12:14: Plain value cannot start with reserved character @; put the value in quotes, such as',
    ],
    ['50', '10:', '12:14: a second colon on one line; put a value that has a colon in quotes, such as "10:"'],
    ['host:', '\thost:', '1:1: a tab in the indentation; indent with spaces'],
    ['server:', 'type:', '4:5: this key is written twice; keep one of them'],
    ['gw01', '*name', '1:7: the alias *name has no anchor before it; write the value'],
    ['gw01', '!name gw01', '1:7: Unresolved tag: !name; leave the tag out'],
    ['services:', '---\nservices:', '8:1: a second YAML document begins here; keep one document in the file'],
    ['host', '[host]', '1:1: a key that is not plain text; '],
  ])('%j written as %j', (old, replacement, problem) => {
    expect(errorOf(exampleWith(old, replacement)).message.slice(0, 7 + problem.length)).toBe(
      `f.yaml:${problem}`,
    );
  });

  it('what comes first in the file', () => {
    expect(errorOf(exampleWith('gw01', '!name gw01').replace('50', '@1')).position?.line).toBe(1);
    expect(errorOf(exampleWith('gw01', '*one').replace('50', '*two')).message).toContain('*one');
    expect(errorOf(exampleWith('gw01', '1').replace('50', 'x')).position?.line).toBe(1);
  });

  it('aliases that multiply', () => {
    const list = (name: string, item: string) => `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    const bomb = [list('a', '1'), list('b', '*a'), list('c', '*b'), list('d', '*c')].join('\n');
    expect(errorOf(bomb).message).toBe(
      'f.yaml:2:8: aliases that stand for too many values; write the values out',
    );
  });

  it('an alias to itself', () => {
    expect(errorOf(exampleWith('gw01', '&host [*host]')).message).toMatch(
      /^f\.yaml:1:\d+: host: a list is not/,
    );
  });

  it('what an alias stands for where it is written', () => {
    const text = exampleWith('xor', '&name "b;c"').replace('broker fds', '*name');
    expect(errorOf(text).position).toEqual({ line: 6, column: 23 });
  });

  it("a machine's own name that NSCA cannot carry", () => {
    expect(errorOf(exampleWith('host: gw01', ''), { hostName: () => 'h'.repeat(64) }).message).toMatch(
      /^f\.yaml:\d+:\d+: host: is 64 bytes long; /,
    );
  });

  it('with the place, the key and what is wrong apart', () => {
    expect(errorOf(exampleWith('pid: 4711', 'pid: none'))).toMatchObject({
      file: 'f.yaml',
      position: { line: 10, column: 21 },
      path: ['services', 0, 'process', 'pid'],
      key: 'services[0].process.pid',
      problem: '"none" is not a process id; write one such as pid: 4711',
    });
    expect(errorOf(exampleWith('warning', 'warnning'))).toMatchObject({ path: ['services', 0] });
    expect(errorOf(exampleWith('host:', 'host'))).toMatchObject({ path: undefined, key: undefined });
  });

  it('each thing in one line, whatever is quoted', () => {
    const { message } = errorOf(exampleWith('warning', '"a\\nb\u2028\u0085c"'));
    expect(message).toContain('unknown key "a\\nb??c"');
  });

  it('a long text without repeating all of it', () => {
    expect(errorOf(exampleWith('nofile', 'x'.repeat(5000))).message.length).toBeLessThan(200);
  });
});
