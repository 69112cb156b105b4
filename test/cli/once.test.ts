import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

describe('--once', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let receiver: Command | undefined;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    const { count } = await worker.do('open 0');
    await worker.do(`open ${60 - count}`);
  });

  afterEach(async () => {
    receiver?.signal('SIGKILL');
    await receiver?.finished();
    receiver = undefined;
    await worker.end();
    folder.remove();
  });

  const check = (...parameters: string[]) =>
    Command.run('--once', '--pid', String(worker.pid), ...parameters);
  /** The output behind the state, up to its peak. */
  const HAS_60 = (warning: string, critical: string) =>
    `fd-worker[${worker.pid}] has 60 of 100 open files (60%) |fds=60;${warning};${critical};0;100`;

  describe('with a selector', () => {
    it.each([
      [0, 'OK', ['-w', '60', '-c', '80%'], '60;80'],
      [1, 'WARNING', ['-w', '50', '-c', '60%'], '50;60'],
      [2, 'CRITICAL', ['-w', '50', '-c', '59'], '50;59'],
      [2, 'CRITICAL', ['--warning', '50', '--critical', '@10:70'], '50;@10:70'],
      [1, 'WARNING', ['-w', '70:'], '70:;'],
      [2, 'CRITICAL', ['-c', '50%'], ';50'],
    ] as const)('exits %i, %s, for %j', async (status, state, thresholds, perfdata) => {
      const [warning = '', critical = ''] = perfdata.split(';');
      expect(await check(...thresholds)).toEqual({
        status,
        stdout: [expect.stringContaining(`FDS ${state} - ${HAS_60(warning, critical)}`)],
        stderr: [],
      });
    });

    it('prints with --dry-run what a file would send, under the name of -H', async () => {
      const { status, stdout } = await check('-w', '50', '--dry-run', '-H', 'gw07');
      expect({ status, stdout }).toEqual({
        status: 1,
        stdout: [
          expect.stringContaining(`gw07\tnofile\t1\tFDS WARNING - ${HAS_60('50', '')}`),
          expect.stringMatching(/^FDS WARNING - /),
        ],
      });
    });

    it('runs on with --dry-run and without --once', async () => {
      const running = new Command('--dry-run', '-H', 'gw07', '--pid', String(worker.pid), '-w', '60');
      await running.until(() => running.stdout.length === 1);
      await worker.do('open 1');
      await running.until(() => running.stdout.length === 2);
      running.signal('SIGTERM');
      expect((await running.finished()).status).toBe(0);
      expect(running.stdout.map((line) => line.split('\t').slice(0, 3))).toEqual([
        ['gw07', 'nofile', '0'],
        ['gw07', 'nofile', '1'],
      ]);
    });

    it.each([
      ['a script', 'start-broker.sh', '#!/bin/sh'],
      ['a script whose name is a number', '4711', '#! /bin/sh -'],
      ['a script whose name is cut within a letter', 'fourteen-bytesä.sh', '#!/bin/sh'],
      ['a script that env runs', 'start-broker', '#!/usr/bin/env -S sh -'],
    ])('tells of %s for exe: how its process is found, which it is by that', async (_what, name, first) => {
      const path = join(folder.path, name);
      writeFileSync(path, `${first}\necho running\nread line\n`, { mode: 0o755 });
      const script = spawn(path);
      try {
        await once(script.stdout, 'data');
        const found = await Command.run('--once', '--exe', path, '-w', '50%');
        expect(found.stdout).toEqual([expect.stringContaining('no process matches')]);
        const [, key = '', value = ''] = /select them by (\S+:) ?(.*)$/.exec(found.stderr[0] ?? '') ?? [];
        const pidfile = join(folder.path, 'pid');
        writeFileSync(pidfile, String(script.pid));
        const selector = key === 'pidfile:' ? `pidfile: ${pidfile}` : `${key} ${value}`;
        writeFileSync(
          folder.config,
          `services:\n  - { service: x, process: { ${selector} }, resource: nofile, warning: 50% }\n`,
        );
        const { status, stdout } = await Command.run('--once', '--dry-run', '-c', folder.config);
        expect({ status, stdout }).toEqual({
          status: 0,
          stdout: expect.arrayContaining([expect.stringContaining(`[${script.pid}] has `)]),
        });
      } finally {
        script.kill('SIGKILL');
      }
    });

    it.each<[string[], string]>([
      [['--pid', '0', '-w', '5'], 'UNKNOWN - --pid: '],
      [['--pid', 'x', '-w', '5'], 'UNKNOWN - --pid: "x" is not a process id'],
      [['--pid', '4194303', '-w', '5'], 'UNKNOWN - there is no process 4194303'],
      [['--pid', '1', '-w', 'many'], 'UNKNOWN - --warning: "many" is not a range'],
      [['--pid', '1', '-c', '101%'], 'UNKNOWN - --critical: '],
      [['--pid', '1', '-c', '5', '-H', 'a;b'], 'UNKNOWN - --hostname: has a semicolon'],
    ])('tells the server what is wrong with %j', async (parameters, line) => {
      const { status, stdout, stderr } = await Command.run('--once', ...parameters);
      expect(stdout).toEqual([expect.stringContaining(line)]);
      expect({ status, stderr }).toEqual({ status: 3, stderr: [] });
    });
  });

  describe('with a file', () => {
    /** Icinga takes a bar in a name. */
    const services = () => ({
      'good|well': { pid: worker.pid, keys: 'warning: 70' },
      bad: { pid: worker.pid, keys: 'critical: 50' },
      poor: { pid: worker.pid, keys: 'warning: 50' },
    });

    it('delivers all, and prints the worst and then the text of each', async () => {
      const server = new Command('receive', '--port', '0');
      receiver = server;
      await server.until(() => server.stderr.length === 1);
      const port = / port (\d+)$/.exec(server.stderr[0] ?? '')?.[1] ?? '';
      folder.write(services(), `destinations:\n  - { type: nsca, server: 127.0.0.1, port: ${port} }\n`);
      const { status, stdout, stderr } = await Command.run('--once', '-c', folder.config);
      await server.until(() => server.stdout.length === 3);

      expect({ status, stderr }).toEqual({ status: 2, stderr: [] });
      expect(stdout[0]).toContain(`FDS CRITICAL - ${HAS_60('', '50')}`);
      // What follows a bar below the first line is perfdata to Nagios.
      const has60 = `fd-worker[${worker.pid}] has 60 of 100 open files (60%)`;
      expect(stdout.slice(1)).toEqual([
        `good?well: FDS OK - ${has60}`,
        `bad: FDS CRITICAL - ${has60}`,
        `poor: FDS WARNING - ${has60}`,
      ]);
      expect(server.stdout.map((line) => line.split('\t').slice(0, 3))).toEqual([
        ['gw01', 'good|well', '0'],
        ['gw01', 'bad', '2'],
        ['gw01', 'poor', '1'],
      ]);
    });

    it('is UNKNOWN when it takes too long', async () => {
      // It takes connections, and says nothing.
      const server = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      folder.write(services(), `destinations:\n  - { type: nsca, server: 127.0.0.1, port: ${port} }\n`);
      const begin = performance.now();
      const { status, stdout } = await Command.run('--once', '-c', folder.config, '-t', '1');
      expect(stdout).toEqual(['UNKNOWN - timed out after 1 s']);
      expect(status).toBe(3);
      // And not what a client waits for an init packet: 10 s.
      expect(performance.now() - begin).toBeLessThan(9000);
      server.close();
    });

    it.each([
      ['a mistake', 'services: x', ':1:1: '],
      ['no destination', 'services: []', ':1:'],
    ])('tells the server of %s', async (_what, text, place) => {
      writeFileSync(folder.config, text);
      const { status, stdout, stderr } = await Command.run('--once', '-c', folder.config);
      expect(stdout).toEqual([expect.stringContaining(`UNKNOWN - ${folder.config}${place}`)]);
      expect({ status, stderr }).toEqual({ status: 3, stderr: [] });
    });

    it('takes a file without destinations for a dry run, and --config for -c', async () => {
      folder.write(services());
      const { status, stdout } = await Command.run('--once', '--config', folder.config, '--dry-run');
      expect(status).toBe(2);
      expect(stdout.filter((line) => line.startsWith('gw01\t'))).toHaveLength(3);
    });
  });
});

describe('options that do not go together', () => {
  it.each<[string[], string]>([
    [
      ['--pid', '1', '-w', '5'],
      '--pid needs a configuration file to know where to send: give -c FILE, or add --once',
    ],
    [['--once', '--pid', '1'], '--pid needs a threshold: give -w RANGE, -c RANGE or both'],
    [['--once', '--pid', '1', '--user', 'x', '-w', '5'], '--pid and --user exclude each other'],
    [['--once', '--exe', '/x', '--config', 'f', '-w', '5'], '--exe and --config exclude each other'],
    [['--once', '--exe', '/x', '--all', '-w', '5'], '--exe and --all exclude each other'],
    [['--all', '-w', '5'], '--all needs a configuration file to know where to send'],
    [['--once', '--exe', '/x', '-c', '5', '--critical', '6'], '-c and --critical mean the same here'],
    [['-c', 'f', '--config', 'g'], '-c and --config mean the same here'],
    [['-c', 'f', '-w', '5'], '-w goes with a selector'],
    [['-c', 'f', '--critical', '5'], '--critical goes with a selector'],
    [['-c', 'f', '-t', '5'], '-t goes with --once only'],
    [['-c', 'f', '--once', '-t', '0'], 'A timeout is a whole number of seconds from 1 to 999999.'],
    [['-w', '5'], '-w goes with a selector'],
  ])('%j', async (parameters, message) => {
    const { status, stdout, stderr } = await Command.run(...parameters);
    expect(stderr).toEqual([expect.stringContaining(`check_rlimit_passive: `)]);
    expect(stderr[0]).toContain(message);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  });
});
