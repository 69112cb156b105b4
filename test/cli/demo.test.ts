import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../rig/programs/command.js';
import { Leftovers } from '../support/leftovers.js';
import { NscaDaemon } from '../../rig/servers/nsca-daemon.js';

const DEMO = new URL('../../scripts/demo.js', import.meta.url).pathname;
/** `SECONDS s  >> STATE received MS ms after the crossing` */
const RECEIVED = /^ *[\d.]+ s {2}>> (\w+) +received (?:([\d.]+) ms after the crossing|the state at start)$/;
const OUTPUT = /^ +gw01; broker fds; (FDS (\w+) - broker\[\d+\] has (\d+) of 100 open files .*)$/;

describe('npm run demo', () => {
  let leftovers: Leftovers;
  let demo: Program | undefined;

  beforeEach(() => {
    leftovers = new Leftovers();
  });

  afterEach(async () => {
    demo?.signal('SIGTERM');
    await demo?.finished();
    leftovers.remove();
  });

  const start = (...parameters: string[]) =>
    (demo = new Program(process.execPath, [DEMO, ...parameters], leftovers.environment));
  const nothingIsLeft = () => {
    expect({ files: leftovers.files(), processes: leftovers.processes() }).toEqual({
      files: [],
      processes: [],
    });
  };

  it.each([
    ['nsca', []],
    ['nsca-ng', ['--type', 'nsca-ng']],
  ])('tells each state as it arrives by %s, with its latency, and leaves nothing behind', async (_, type) => {
    const { status, stdout, stderr } = await start(...type).finished();
    expect({ status, stderr }).toEqual({ status: 0, stderr: [] });

    const received = stdout.map((line) => RECEIVED.exec(line)).filter((match) => match !== null);
    expect(received.map(([, state]) => state)).toEqual(['OK', 'WARNING', 'CRITICAL', 'WARNING', 'OK']);
    const latencies = received.map(([, , milliseconds]) => milliseconds).slice(1);
    for (const latency of latencies.map(Number)) {
      expect(latency).toBeGreaterThan(0);
      expect(latency).toBeLessThan(1000);
    }

    const outputs = stdout.map((line) => OUTPUT.exec(line)).filter((match) => match !== null);
    expect(outputs.map(([, , state]) => state)).toEqual(received.map(([, state]) => state));
    expect(outputs.map(([, , , count]) => Number(count)).slice(1)).toEqual([51, 81, 80, 50]);
    for (const what of ['51 open files: above 50', '80 open files: not above 80 any more'])
      expect(stdout).toContainEqual(expect.stringMatching(new RegExp(`broker has ${what}$`)));
    nothingIsLeft();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends in the middle at %s, and leaves nothing behind',
    async (signal) => {
      const running = start();
      await running.until(() => running.stdout.some((line) => line.includes('>> OK')));
      expect(leftovers.processes().length).toBeGreaterThan(3);
      running.signal(signal);
      const { status, stderr } = await running.finished();
      expect({ status, stderr }).toEqual({ status: 130, stderr: [] });
      nothingIsLeft();
    },
  );

  it('sends to a real server instead', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'));
    const daemon = await NscaDaemon.start({ method: 14, password: 'not a secret' });
    try {
      const password = join(folder, 'nsca.password');
      writeFileSync(password, 'not a secret\n', { mode: 0o600 });
      const names = ['--host', 'gw02', '--service', 'demo fds'];
      const server = [
        '--server',
        `127.0.0.1:${daemon.port}`,
        '--encryption',
        '14',
        '--password-file',
        password,
      ];
      const { status, stdout, stderr } = await start(...server, ...names).finished();

      expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
      const results = daemon.results();
      expect(results.map(({ returnCode }) => returnCode)).toEqual([0, 1, 2, 1, 0]);
      expect(new Set(results.map(({ host, service }) => `${host};${service}`))).toEqual(
        new Set(['gw02;demo fds']),
      );
      for (const { output } of results)
        expect(stdout).toContainEqual(expect.stringContaining(`gw02; demo fds; ${output}`));
      nothingIsLeft();
    } finally {
      await daemon.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('takes no words of Node.js for a failure', async () => {
    const words = ['Error: unrecognized flag --some=1', 'Try --help for options'];
    const saying = encodeURIComponent(`console.error(${JSON.stringify(words.join('\n'))})`);
    const environment = {
      ...leftovers.environment,
      NODE_OPTIONS: `--import=data:text/javascript,${saying}`,
    };
    demo = new Program(process.execPath, [DEMO], environment);
    const { status, stdout, stderr } = await demo.finished();
    expect(stdout.at(-1)).toMatch(/^OK, WARNING, CRITICAL, WARNING, OK: /);
    // The demo's own Node.js has said it too.
    expect({ status, stderr }).toEqual({ status: 0, stderr: words });
    nothingIsLeft();
  });

  it('says in one line which process has ended, and its last words', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'));
    try {
      writeFileSync(join(folder, 'node'), '#!/bin/sh\necho what? >&2\nexit 7\n', { mode: 0o755 });
      const environment = { ...leftovers.environment, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      demo = new Program(process.execPath, [DEMO], environment);
      const { status, stdout, stderr } = await demo.finished();
      expect(stderr).toEqual(['demo: the receiver ended with status 7: what?']);
      expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
      nothingIsLeft();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says in one line that the server does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { status, stdout, stderr } = await start('--server', `127.0.0.1:${port}`).finished();
    expect(stderr).toEqual([expect.stringContaining(`127.0.0.1:${port}: `)]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
    nothingIsLeft();
  });

  it.each<[string[], string]>([
    [['--server', 'nagios.example'], 'A server is HOST:PORT, such as 192.0.2.1:5667.'],
    [['--server', '127.0.0.1:0'], 'A server is HOST:PORT'],
    [['--server', '::1:5667'], 'A server is HOST:PORT'],
    [['--encryption', 'rot13'], 'nsca has no encryption method "rot13"'],
    [['--password-file', '/nonexistent/file'], 'The password file /nonexistent/file cannot be read'],
    [['--host', 'a;b'], 'It has a semicolon'],
    [['--service', ''], 'It is empty'],
    [['--bogus'], "unknown option '--bogus'"],
    [['192.0.2.1'], 'too many arguments'],
  ])('refuses %j in one line', async (parameters, message) => {
    const { status, stdout, stderr } = await start(...parameters).finished();
    expect(stderr).toEqual([expect.stringMatching(/^demo: /)]);
    expect(stderr[0]).toContain(message);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  });
});
