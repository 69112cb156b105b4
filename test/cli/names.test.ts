import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { pathWith } from '../../rig/programs/path-programs.js';
import { Worker } from '../support/worker.js';

/** That nobody else on this machine has. */
const UID = 2_000_000 + process.pid;

describe('a name that somebody has to be asked for', () => {
  let folder: AgentFolder;
  let worker: Worker;
  const programs: Program[] = [];

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.finished();
    }
    await worker.end();
    folder.remove();
  });

  /** Services by name, over what each selects; one more over a process that nobody has to be asked for. */
  const write = (selectors: Readonly<Record<string, string>>, absent = 'ok') => {
    const all = { ...selectors, asks_nobody: `pid: ${worker.pid}` };
    const lines = Object.entries(all).map(
      ([name, selector]) =>
        `  - { service: ${name}, process: { ${selector} }, resource: nofile, warning: 50, absent: ${absent} }\n`,
    );
    writeFileSync(folder.config, `host: gw01\nservices:\n${lines.join('')}`);
  };
  const start = (file: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    const program = new Program(file, parameters, environment);
    programs.push(program);
    return program;
  };
  const agent = (path: string) => start(COMMAND, ['-c', folder.config, '--dry-run'], { PATH: path });
  const outputs = ({ stdout }: Program) =>
    stdout.map((line) => line.split('\t').slice(1).join(' ').split('\\n')[0]);

  it.each([
    ['user', 'id', 'user: ldap-a', 'user ldap-a'],
    ['unit', 'systemctl', 'unit: a.service', 'unit a.service'],
  ])(
    '%s: all others are watched meanwhile, and it is UNKNOWN until it is known',
    async (_kind, asked, selector, name) => {
      // It sleeps on for who has its pipe, and does not end at SIGTERM.
      const path = pathWith(folder.path, { [asked]: "trap '' TERM; sleep 30; sleep 30" });
      write({ first: selector });
      const running = agent(path);
      await running.until(() => running.stdout.length === 1);
      expect(outputs(running)).toEqual([expect.stringMatching(/^asks_nobody 0 FDS OK/)]);
      await worker.do('open 60');
      await running.until(() => running.stdout.length === 2);
      expect(outputs(running)[1]).toMatch(/^asks_nobody 1 FDS WARNING/);
      await running.until(() => running.stdout.length === 3);
      expect(outputs(running)[2]).toBe(`first 3 FDS UNKNOWN - ${name} was not answered within 5 s`);
      expect(running.stderr).toEqual([
        `check_rlimit_passive: warning: ${name} was not answered within 5 s; it is asked again`,
      ]);
      running.signal('SIGTERM');
      expect((await running.finished()).status).toBe(0);
    },
  );

  it('the agent ends while it is asked', async () => {
    write({ first: 'user: ldap-a' });
    const running = agent(pathWith(folder.path, { id: 'sleep 30' }));
    await running.until(() => running.stdout.length === 1);
    const asked = performance.now();
    running.signal('SIGTERM');
    expect((await running.finished()).status).toBe(0);
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(running.stdout).toHaveLength(1);
  });

  it('many are asked side by side', async () => {
    const names = Array.from({ length: 4 }, (_, i) => `ldap-${i}`);
    write(Object.fromEntries(names.map((name) => [name, `user: ${name}`])));
    const path = pathWith(folder.path, { id: 'exec sleep 30' });
    const parameters = ['-c', folder.config, '--dry-run', '--once', '-t', '15'];
    const { status, stdout } = await start(COMMAND, parameters, { PATH: path }).finished();
    expect(status).toBe(3);
    for (const name of names)
      expect(stdout).toContain(`${name}: FDS UNKNOWN - user ${name} was not answered within 5 s`);
  });

  it('keeps its answer when the configuration is read again and nobody answers', async () => {
    write({ first: 'user: somebody' });
    const answer = join(folder.path, 'answer');
    writeFileSync(answer, '');
    const running = agent(pathWith(folder.path, { id: `[ ! -e ${answer} ] || exec echo ${UID}\nsleep 30` }));
    await running.until(() => running.stdout.length === 2);
    writeFileSync(`${folder.path}/bin/id`, '#!/bin/sh\nexec sleep 30\n');
    running.signal('SIGHUP');
    await running.until(() => running.stdout.length === 4);
    expect(outputs(running)).toEqual(
      Array.from({ length: 4 }, () => expect.not.stringContaining('UNKNOWN') as unknown as string),
    );
    expect(running.stderr[0]).toContain(`user somebody was not answered within 5 s; it stays number ${UID}`);
  });

  /** In a mount namespace of its own, where the file of users is the test's. */
  const withUsers = (...lines: string[]) => {
    const passwd = join(folder.path, 'passwd');
    writeFileSync(passwd, ['root:x:0:0::/root:/bin/sh', ...lines, ''].join('\n'));
    const script = 'mount --bind "$1" /etc/passwd && exec "$0" -c "$2" --dry-run';
    return start('unshare', ['-m', 'sh', '-c', script, COMMAND, passwd, folder.config]);
  };
  const sleeper = (uid: number) =>
    start('setpriv', ['--reuid', String(uid), '--clear-groups', 'sleep', '100']);

  it('that comes later is known when it comes, and UNKNOWN until then', async () => {
    write({ late: 'user: lateuser' });
    const running = withUsers();
    await running.until(() => running.stdout.length === 2);
    expect(outputs(running)).toContain('late 3 FDS UNKNOWN - there is no user lateuser');
    const { pid } = sleeper(UID);
    writeFileSync(join(folder.path, 'passwd'), `lateuser:x:${UID}:${UID}::/:/bin/sh\n`, { flag: 'a' });
    await running.until(() => outputs(running).some((line) => line?.includes(`[${pid}]`) ?? false));
    expect(outputs(running).at(-1)).toMatch(new RegExp(`^late 0 FDS OK - \\w+\\[${pid}\\] has`));
  });

  it('whose number changes is the new one', async () => {
    write({ moving: 'user: moving' }, 'warning');
    const running = withUsers(`moving:x:${UID}:${UID}::/:/bin/sh`);
    await running.until(() => running.stdout.length === 2);
    expect(outputs(running)).toContain('moving 1 FDS WARNING - no process matches');
    writeFileSync(join(folder.path, 'passwd'), `root:x:0:0::/:/bin/sh\nmoving:x:${UID + 1}:0::/:/bin/sh\n`);
    const { pid } = sleeper(UID + 1);
    await running.until(() => outputs(running).some((line) => line?.includes(`[${pid}]`) ?? false));
  });
});
