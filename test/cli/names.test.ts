import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder } from '../support/agent-config.js';
import { Cgroups } from '../support/cgroups.js';
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

  it.each([
    ['says that there is nobody', 'exit 1', 'there is no user somebody'],
    ['cannot be run to its end', 'kill -KILL $$', 'user somebody was not answered: id: killed by SIGKILL'],
  ])('keeps its number when the configuration is read again and id %s', async (_what, script, doubt) => {
    write({ first: 'user: somebody' }, 'warning');
    const running = agent(pathWith(folder.path, { id: `exec echo ${UID}` }));
    await running.until(() => running.stdout.length === 2);
    pathWith(folder.path, { id: script });
    running.signal('SIGHUP');
    await running.until(() => running.stderr.some((line) => line.includes('read again')));
    expect(running.stderr[0]).toBe(
      `check_rlimit_passive: warning: ${doubt}; it stays number ${UID} until it is`,
    );
    const { pid } = sleeper(UID);
    await running.until(() => outputs(running).some((line) => line?.includes(`[${pid}]`) ?? false));
    expect(running.stdout.join()).not.toContain('UNKNOWN');
  });

  describe('of a unit, which systemctl fails to tell of', () => {
    let cgroups: Cgroups;

    beforeEach(() => {
      cgroups = new Cgroups();
    });

    afterEach(async () => {
      for (const program of programs.splice(0)) {
        program.signal('SIGKILL');
        await program.finished();
      }
      cgroups.removeAll();
    });

    const FAILS = 'echo >&2 "Failed to connect to bus"; exit 1';
    const REASON = 'unit x.service was not answered: Failed to connect to bus';
    const shows = () => `echo LoadState=loaded; echo ControlGroup=${cgroups.path}/x.service`;
    const joins = async (running: Program) => {
      const one = start('sleep', ['100']);
      cgroups.move(one.pid, 'x.service');
      await running.until(() => outputs(running).some((line) => line?.includes(`[${one.pid}]`) ?? false));
      return one;
    };
    /** In a mount namespace of its own, where systemd seems to run; the one of the test may have none. */
    const withSystemd = (script: string) => {
      const path = pathWith(folder.path, { systemctl: script });
      mkdirSync(join(folder.path, 'systemd/system'), { recursive: true });
      const inside = 'mkdir -p /run/systemd && mount --bind "$1" /run/systemd && exec "$0" -c "$2" --dry-run';
      return start(
        'unshare',
        ['-m', 'sh', '-c', inside, COMMAND, join(folder.path, 'systemd'), folder.config],
        { PATH: path },
      );
    };

    it('stays where it was when the configuration is read again', async () => {
      write({ first: 'unit: x.service' }, 'warning');
      const running = agent(pathWith(folder.path, { systemctl: shows() }));
      await running.until(() => running.stdout.length === 2);
      pathWith(folder.path, { systemctl: 'exit 1' });
      running.signal('SIGHUP');
      await running.until(() => running.stderr.some((line) => line.includes('read again')));
      cgroups.make('x.service');
      await joins(running);
    });

    it('keeps its processes when it is asked for again, and has those to come', async () => {
      write({ first: 'unit: x.service' }, 'warning');
      cgroups.make('x.service');
      const running = withSystemd(shows());
      await running.until(() => running.stdout.length === 2);
      const one = await joins(running);
      const told = running.stdout.length;
      pathWith(folder.path, { systemctl: FAILS });
      writeFileSync(join(folder.path, 'systemd/private'), '');
      await running.until(() => running.stderr.length === 1);
      expect(running.stderr[0]).toContain(`${REASON}; it is asked again`);
      expect(running.stdout).toHaveLength(told);
      one.signal('SIGKILL');
      await running.until(() => running.stdout.length > told);
      await joins(running);
    });

    it('is UNKNOWN where systemd runs and nothing is known of it, whatever it is without a process', async () => {
      write({ first: 'unit: x.service' });
      cgroups.make('x.service');
      const running = withSystemd(FAILS);
      await running.until(() => running.stdout.length === 2);
      expect(outputs(running)).toContain(`first 3 FDS UNKNOWN - ${REASON}`);
      pathWith(folder.path, { systemctl: shows() });
      writeFileSync(join(folder.path, 'systemd/private'), '');
      await joins(running);
    });
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
