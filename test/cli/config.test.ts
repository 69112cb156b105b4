import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Command, Program } from '../../rig/programs/command.js';

describe('config', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    file = join(folder, 'config.yaml');
    writeFileSync(join(folder, 'nsca.password'), 's3cret\n', { mode: 0o600 });
    chmodSync(folder, 0o755);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (
    services: string,
    destination = '{ type: nsca, server: 192.0.2.1, password_file: nsca.password }',
  ) => {
    writeFileSync(file, `host: gw01\ndestinations:\n  - ${destination}\nservices:\n${services}`);
  };
  const service = (process: string, more = '') =>
    `  - { service: fds, process: { ${process} }, resource: nofile, warning: 80%${more} }\n`;

  it('check tells who would be watched now, children too', async () => {
    const parent = spawn('sh', ['-c', 'sleep 1000 & echo; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    try {
      await once(parent.stdout, 'data');
      write(service(`pid: ${parent.pid ?? 0}`));
      const { status, stdout, stderr } = await Command.run('config', 'check', file);
      expect(stdout).toEqual([
        `${file} is valid: host gw01, heartbeat 5m`,
        'nsca 192.0.2.1:5667: nothing that it needs here is missing; its server was not asked',
        // Until it has executed sleep, the child has the shell's name.
        expect.stringMatching(
          /^fds: nofile, warning 80%, of pid \d+: 2 processes, sh\[\d+\] (?:sh|sleep)\[\d+\]$/,
        ),
      ]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
    } finally {
      process.kill(-(parent.pid ?? 0));
    }
  });

  it.each([
    [
      'a process that is not there',
      service('pid: 4194303'),
      undefined,
      'fds: no: there is no process 4194303; start it first, or write absent:',
    ],
    [
      'a program that is not there',
      service('command: x', ', on_ok: { run: [/nonexistent] }'),
      undefined,
      'fds: no: /nonexistent is not there, which it is to run',
    ],
    [
      'a file of a destination',
      service('command: x'),
      '{ type: nsca, server: a, password_file: none }',
      'nsca a:5667: no: The password file FOLDER/none cannot be read: ',
    ],
    [
      'a program of a destination',
      service('command: x'),
      '{ type: program, run: [/nonexistent] }',
      'program /nonexistent: no: there is no such program',
    ],
  ])('check misses %s', async (_what, services, destination, told) => {
    write(services, destination);
    const { status, stdout } = await Command.run('config', 'check', file);
    expect(stdout.map((line) => line.replaceAll(folder, 'FOLDER'))).toContainEqual(
      expect.stringContaining(told),
    );
    expect(status).toBe(3);
  });

  it('check misses a destination, and tells of the rest of the file that the package brings', async () => {
    const brought = new URL('../../../packaging/default.yaml', import.meta.url).pathname;
    const { status, stdout, stderr } = await Command.run('config', 'check', brought);
    expect(stdout).toEqual([
      `${brought} is valid: host ${hostname()}, heartbeat 5m`,
      'destinations: no: it has no destination; write at least one, such as - type: nsca',
      expect.stringMatching(/^open files: nofile, warning 80%, critical 90%, of all: \d+ processes, /),
    ]);
    expect({ status, stderr }).toEqual({ status: 3, stderr: [] });
  });

  it('check takes it that somebody may be absent, if the file says so', async () => {
    write(service('pid: 4194303', ', absent: ok'));
    const { status, stdout } = await Command.run('config', 'check', file);
    expect(stdout.at(-1)).toBe('fds: nofile, warning 80%, of pid 4194303: nobody now');
    expect(status).toBe(0);
  });

  (process.geteuid?.() === 0 ? it : it.skip)(
    'check needs no right, and says what it could not see',
    async () => {
      write(service('exe: /bin/sh'), '{ type: nsca, server: 192.0.2.1 }');
      const program = new Program('setpriv', [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        COMMAND,
        'config',
        'check',
        file,
      ]);
      const { status, stdout } = await program.finished();
      expect(stdout).toContainEqual(
        expect.stringMatching(/^fds: what others run \(\d+\) cannot be seen by this user$/),
      );
      expect(status).toBe(0);
    },
  );

  it('check tells of a file of metrics that has no folder, which keeps nobody from beginning', async () => {
    write(service(`pid: ${process.pid}`));
    appendFileSync(file, 'metrics_file: nowhere/agent.prom\n');
    const { status, stdout } = await Command.run('config', 'check', file);
    expect(stdout).toContain(`metrics_file: ${folder}/nowhere is not there, and the agent does not make it`);
    expect(status).toBe(0);
  });

  it('show prints every default and no secret', async () => {
    write(service('command: x'), '{ type: program, run: [send, s3cret] }');
    const { status, stdout } = await Command.run('config', 'show', file);
    expect(stdout).toEqual(
      expect.arrayContaining(['heartbeat: 5m', '    hold: 0s', '      - (1 not shown)']),
    );
    expect(status).toBe(0);
  });

  it('schema prints a JSON Schema', async () => {
    const { status, stdout } = await Command.run('config', 'schema');
    expect(JSON.parse(stdout.join('\n'))).toHaveProperty('properties.heartbeat.default', '5m');
    expect(status).toBe(0);
  });
});
