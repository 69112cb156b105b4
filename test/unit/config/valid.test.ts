import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/config/index.js';
import { parseRange } from '../../../src/services/index.js';
import { everyKey, example, exampleWith, valid } from './example.js';

const secondService = example.slice(example.indexOf('  - service'));
const parse = (text: string) => valid(text, '/etc/crp/config.yaml');

describe('parseConfig', () => {
  it('gives everything in the file, parsed', () => {
    expect(parse(example)).toEqual({
      host: 'gw01',
      heartbeat: 300_000,
      destinations: [
        {
          type: 'nsca',
          servers: ['127.0.0.1'],
          port: 5667,
          encryption: 'xor',
          passwordFile: '/etc/check_rlimit_passive/nsca.password',
          packetSize: 4304,
        },
      ],
      services: [
        {
          description: 'broker fds',
          process: { kind: 'pid', pid: 4711 },
          inherit: true,
          resource: 'nofile',
          thresholds: { warning: parseRange('50'), critical: parseRange('80%') },
          hold: 0,
          actions: { warning: [], critical: [], ok: [] },
        },
      ],
    });
  });

  it('takes every key and every form at once', () => {
    const { services, ...rest } = parse(everyKey);
    expect(rest).toEqual({
      host: 'gw01',
      heartbeat: 300_000,
      stateDirectory: '/var/lib/check_rlimit_passive',
      statusSocket: '/run/check_rlimit_passive/status.sock',
      metricsFile: '/etc/crp/agent.prom',
      btfFile: '/etc/crp/gateway.btf',
      destinations: [expect.objectContaining({ passwordFile: '/etc/crp/nsca.password' })],
    });
    expect(services[0]).toEqual({
      description: 'broker fds',
      process: { kind: 'unit', name: 'broker.service' },
      inherit: false,
      resource: 'nofile',
      thresholds: { warning: parseRange('50'), critical: parseRange('10:90%') },
      absent: 'CRITICAL',
      leastLimit: 64,
      reportEvery: { kind: 'share', percent: 10 },
      hold: 5000,
      actions: {
        warning: [{ kind: 'signal', signal: 'SIGUSR1' }],
        critical: [
          {
            kind: 'raise-limit',
            by: { kind: 'share', percent: 50 },
            upTo: 4096,
            atMost: { count: 3, per: 600_000 },
          },
          { kind: 'restart-unit', unit: 'broker.service', atMost: { count: 1, per: 3_600_000 } },
        ],
        ok: [{ kind: 'run', argv: ['/usr/local/bin/collect', '--now'] }],
      },
    });
    expect(services.slice(1).map(({ process }) => process.kind)).toEqual([
      'pid',
      'pidfile',
      'exe',
      'command',
      'cgroup',
      'user',
      'all',
    ]);
  });

  it('takes defaults for what may be left out', () => {
    const text =
      '{ destinations: [{ type: nsca, server: gw }], services: [{ service: fds, process: { pid: 1 }, resource: nofile, warning: 1 }] }';
    const config = parseConfig(text, 'config.yaml', { hostName: () => 'machine' });
    expect(config).toMatchObject({
      host: 'machine',
      destinations: [{ type: 'nsca', servers: ['gw'], port: 5667, encryption: 'xor' }],
    });
    expect(config.destinations[0]).not.toHaveProperty('passwordFile');
    expect(config.services[0]?.thresholds).not.toHaveProperty('critical');
  });

  it("takes the machine's own name without being told another", () => {
    expect(parse(exampleWith('host: gw01', ''))).toHaveProperty('host', expect.stringMatching(/./));
  });

  it('takes relative paths from the directory of the file', () => {
    expect(parse(exampleWith('/etc/check_rlimit_passive/', './')).destinations).toMatchObject([
      { passwordFile: '/etc/crp/nsca.password' },
    ]);
  });

  it('needs no destination if told so', () => {
    const text = exampleWith('destinations:', 'destinations: []').replace(/ {2}- type[^]*password\n/, '');
    expect(() => parse(text)).toThrow('destinations: has no destination');
    expect(parseConfig(text, 'f', { destinations: 'optional' }).destinations).toEqual([]);
    expect(
      parseConfig(text.replace('destinations: []', ''), 'f', { destinations: 'optional' }).destinations,
    ).toEqual([]);
  });

  it.each([
    ['::1', '::1'],
    ['nagios.example.org', 'nagios.example.org'],
  ])('takes the server %s', (written, server) => {
    expect(parse(exampleWith('127.0.0.1', written)).destinations).toMatchObject([{ servers: [server] }]);
  });

  it('takes several servers of one destination', () => {
    const several = exampleWith('server: 127.0.0.1', 'servers: [mon1, "::1"]');
    expect(parse(several).destinations).toMatchObject([{ servers: ['mon1', '::1'] }]);
  });

  it('takes several servers by their URLs, each with the name in its certificate', () => {
    const urls = 'urls: ["https://mon1/", { url: "https://192.0.2.2/", server_name: mon2 }]';
    const nrdp = `type: nrdp\n    ${urls}\n    token_file: t\n`;
    const text = exampleWith(/type: nsca[^]*password\n/.exec(example)?.[0] ?? '', nrdp);
    expect(parse(text).destinations).toMatchObject([
      { urls: [{ url: 'https://mon1/' }, { url: 'https://192.0.2.2/', serverName: 'mon2' }] },
    ]);
  });

  it.each<[string, string | number]>([
    ['3', 3],
    ['"3"', '3'],
    ['rijndael-128', 'rijndael-128'],
  ])('takes the encryption %s', (written, encryption) => {
    expect(parse(exampleWith('xor', written)).destinations).toMatchObject([{ encryption }]);
  });

  it('takes names of any length where they do not go to NSCA', () => {
    const names = { host: 'h'.repeat(64), service: 's'.repeat(128) };
    const file = {
      host: names.host,
      services: [{ service: names.service, process: { pid: 1 }, resource: 'nofile', warning: 1 }],
    };
    const { host, services } = parseConfig(JSON.stringify(file), 'f', { destinations: 'optional' });
    expect({ host, service: services[0]?.description }).toEqual(names);
  });

  it('takes names as long as NSCA carries', () => {
    const host = 'ü'.repeat(31) + 'h';
    const description = 'ü'.repeat(63) + 's';
    const text = exampleWith('gw01', host).replace('broker fds', description);
    expect(parse(text)).toMatchObject({ host, services: [{ description }] });
  });

  it('follows aliases', () => {
    const text = exampleWith('warning: 50', 'warning: &most 50').replace('80%', '*most');
    expect(parse(text).services[0]?.thresholds.critical).toEqual(parseRange('50'));
  });

  it('takes more services than it takes levels of brackets', () => {
    const services = Array.from({ length: 150 }, (_, index) =>
      secondService.replace('broker', `broker ${index}`),
    );
    expect(parse(example + services.join('')).services).toHaveLength(151);
  });

  it('takes indentation far to the right for what it is in comments and long texts', () => {
    const far = ' '.repeat(150);
    const text = exampleWith('services:', `${far}# a comment\n${far}\nservices:`).replace(
      'broker fds',
      `'broker\n${far}fds'`,
    );
    expect(parse(text).services[0]?.description).toBe('broker fds');
  });
});
