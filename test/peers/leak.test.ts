import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../rig/programs/command.js';
import { NscaDaemon } from '../../rig/servers/nsca-daemon.js';
import { Worker } from '../support/worker.js';

describe('a leak, from the kernel to a real NSCA daemon', () => {
  let folder: string;
  let daemon: NscaDaemon;
  let worker: Worker;
  let agent: Command | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leak-'));
    daemon = await NscaDaemon.start({ method: 1, password: 'not a secret' });
    worker = await Worker.start(100);
  });

  afterEach(async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
    await worker.end();
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  it('is told state by state: OK, WARNING, CRITICAL, WARNING, OK', async () => {
    const password = join(folder, 'nsca.password');
    writeFileSync(password, 'not a secret\n', { mode: 0o600 });
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `
host: gw01
destinations:
  - { type: nsca, server: 127.0.0.1, port: ${daemon.port}, encryption: xor, password_file: ${password} }
services:
  - service: broker fds
    process: { pid: ${worker.pid} }
    resource: nofile
    warning: 50
    critical: 80%
`,
    );
    const { count } = await worker.do('open 0');
    agent = new Command('-c', config);
    await daemon.until(1);
    await worker.do(`open ${51 - count}`);
    await worker.do('open 30');
    await worker.do('close 1');
    await worker.do('close 30');
    const results = await daemon.until(5);

    expect(results.map(({ returnCode }) => returnCode)).toEqual([0, 1, 2, 1, 0]);
    expect(new Set(results.map(({ host, service }) => `${host};${service}`))).toEqual(
      new Set(['gw01;broker fds']),
    );
    // What fills it comes behind: nsca writes a newline as two characters.
    expect(results.map(({ output }) => output.split(String.raw`\n`)[0])).toEqual([
      `FDS OK - fd-worker[${worker.pid}] has ${count} of 100 open files (${count}%) |fds=${count};50;80;0;100 fds_peak=${count};50;80;0;100`,
      `FDS WARNING - fd-worker[${worker.pid}] has 51 of 100 open files (51%) |fds=51;50;80;0;100 fds_peak=51;50;80;0;100`,
      `FDS CRITICAL - fd-worker[${worker.pid}] has 81 of 100 open files (81%) |fds=81;50;80;0;100 fds_peak=81;50;80;0;100`,
      `FDS WARNING - fd-worker[${worker.pid}] has 80 of 100 open files (80%) |fds=80;50;80;0;100 fds_peak=80;50;80;0;100`,
      `FDS OK - fd-worker[${worker.pid}] has 50 of 100 open files (50%) |fds=50;50;80;0;100 fds_peak=50;50;80;0;100`,
    ]);

    agent.signal('SIGTERM');
    expect(await agent.finished()).toEqual({ status: 0, stdout: [], stderr: [] });
  });
});
