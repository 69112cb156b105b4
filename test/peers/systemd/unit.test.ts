import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, COMMAND } from '../../../rig/programs/command.js';
import { Systemd } from './peer.js';

const UNIT = new URL('../../../../plugins/check_rlimit_passive.service', import.meta.url).pathname;
const METRICS = '/var/lib/prometheus/node-exporter';
/** Debian's package; a container's image need not have it. */
const suite = existsSync('/lib/systemd/systemd') ? describe : describe.skip;

suite('the unit file', () => {
  let folder: string;
  let unit: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unit-'));
    unit = join(folder, 'check_rlimit_passive.service');
    // The command is where it is installed.
    const text = readFileSync(UNIT, 'utf8').replace(/^(ExecStart=)check_rlimit_passive/m, `$1${COMMAND}`);
    writeFileSync(unit, text);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const analyze = (...parameters: string[]) => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...parameters, unit], {
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  it('is accepted without a warning', () => {
    expect(analyze('verify', '--man=no')).toEqual({ status: 0, output: '' });
  });

  it('leaves an exposure of 2.5 of 10 at most', () => {
    expect(analyze('security', '--offline=true', '--threshold=25', '--no-pager').status).toBe(0);
  });
});

suite('under real systemd, in its sandbox', () => {
  let systemd: Systemd;
  let server: Command;

  beforeAll(async () => {
    server = new Command('receive', '--port', '0');
    await server.until(() => server.stderr.length === 1);
    systemd = await Systemd.start([
      // Longer than a reload holds the agent up on a busy machine.
      'WatchdogSec=10s',
      'RestartSec=0',
      'StandardError=append:/srv/test/stderr',
      `ReadWritePaths=${METRICS}`,
      'SupplementaryGroups=prometheus',
    ]);
    // Debian's folder, and what the unit's comments have one do to it.
    systemd.run('mkdir', '-p', METRICS);
    systemd.run('chgrp', 'prometheus', METRICS);
    systemd.run('chmod', 'g+w', METRICS);
    systemd.configure(configuration('systemd fds'));
    systemd.run('systemctl', 'start', 'check_rlimit_passive');
  });

  afterAll(async () => {
    await systemd.stop();
    server.signal('SIGKILL');
    await server.finished();
  });

  // A name rather than an address: it has to be looked up in the sandbox.
  const configuration = (description: string) => `host: gw01
metrics_file: ${METRICS}/agent.prom
destinations:
  - { type: nsca, server: localhost, port: ${/ port (\d+)$/.exec(server.stderr[0] ?? '')?.[1] ?? ''} }
services:
  - { service: ${description}, process: { pid: 1 }, resource: nofile, warning: 90% }
`;
  const stderr = () => readFileSync(join(systemd.folder, 'stderr'), 'utf8').trim().split('\n');
  const received = (count: number) => server.until(() => server.stdout.length >= count);
  const mainPid = () => systemd.show('MainPID')['MainPID'] ?? '';

  it('starts when it says so, as an unprivileged user with two capabilities', () => {
    expect(systemd.show('ActiveState', 'StatusText')).toEqual({
      ActiveState: 'active',
      StatusText: 'watches 1 service, sends to 1 destination',
    });
    const status = systemd.run('cat', `/proc/${mainPid()}/status`);
    expect(status).not.toMatch(/^Uid:\t0/m);
    expect(status).toMatch(/^CapEff:\t000000c000000000$/m);
    expect(status).toMatch(/^CapBnd:\t000000c000000000$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
  });

  it('watches and delivers', async () => {
    await received(1);
    expect(server.stdout[0]).toMatch(
      /^gw01\tsystemd fds\t0\tFDS OK - \S+\[\d+\] has \d+ of \d+ open files .*OK - systemd\[1\]/,
    );
  });

  it('keeps its metrics where the drop-in lets it, for all to read', () => {
    while (!systemd.run('ls', METRICS).split('\n').includes('agent.prom'));
    expect(systemd.run('stat', '-c', '%a %U', `${METRICS}/agent.prom`)).toBe('644 check_rlimit_passive\n');
    expect(systemd.run('cat', `${METRICS}/agent.prom`)).toContain('service="systemd fds"');
  });

  it('answers root at its status socket', () => {
    const text = systemd
      .run('env', 'PATH=/srv/bin:/srv/node:/usr/bin:/bin', 'check_rlimit_passive', 'status')
      .split('\n');
    expect(text[0]).toContain(`pid ${mainPid()} `);
    expect(text).toContainEqual(expect.stringMatching(/^OK {8}systemd fds, /));
  });

  it('reloads, and keeps what it has when it cannot', async () => {
    const before = mainPid();
    systemd.configure('services: [');
    systemd.run('systemctl', 'reload', 'check_rlimit_passive');
    // kill(1) has returned; what follows is told by the agent.
    while (!systemd.show('StatusText')['StatusText']?.startsWith('the configuration could not be read'));
    expect(stderr().at(-1)).toMatch(/: the configuration stays as it was: \/etc\/.*config.yaml:1:/);

    systemd.configure(configuration('other fds'));
    systemd.run('systemctl', 'reload', 'check_rlimit_passive');
    await server.until(() => server.stdout.some((line) => line.startsWith('gw01\tother fds\t0\t')));
    expect(mainPid()).toBe(before);
  });

  it('is started again when it hangs', async () => {
    const { length } = server.stdout;
    const before = mainPid();
    systemd.run('kill', '-STOP', before);
    await received(length + 1);
    expect(systemd.show('NRestarts')).toEqual({ NRestarts: '1' });
    expect(mainPid()).not.toBe(before);
  });

  it('ends without a trace', () => {
    systemd.run('systemctl', 'stop', 'check_rlimit_passive');
    expect(systemd.show('ActiveState', 'Result', 'ExecMainStatus')).toEqual({
      ActiveState: 'inactive',
      Result: 'success',
      ExecMainStatus: '0',
    });
    expect(systemd.run('ls', '/run')).not.toContain('check_rlimit_passive');
    expect(systemd.run('ls', METRICS)).toBe('');
    expect(stderr().filter((line) => line.includes('.prom'))).toEqual([]);
  });
});
