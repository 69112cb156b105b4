import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findProcesses, startSelecting, type Selecting, type Selector } from '../../src/selection/index.js';
import type { Group } from '../../src/rlimit-events/index.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { CROWDS } from '../support/crowds.js';
import { Programs } from '../support/programs.js';
import { Recorder } from '../support/recorder.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

const COUNT = 20;
/** That nobody else on this machine has. */
const UID = 1_000_000 + process.pid;

/** The head of a program for a machine, by its EM_ number (elf(5)). */
const elf = (machine: number) => `\x7fELF${'\0'.repeat(14)}${String.fromCharCode(machine)}${'\0'.repeat(45)}`;

describe.each(CROWDS)('a selector, one of %d', (crowd) => {
  let recorder: Recorder;
  let programs: Programs;
  let group: Group;
  let log: string[];
  /** The one that was started last, and all that were. */
  let selecting: Selecting;
  const started: Selecting[] = [];
  let selected: Selector | undefined;
  let logged: () => void;
  const workers: CWorker[] = [];

  beforeEach(() => {
    recorder = new Recorder({}, crowd);
    programs = new Programs();
    group = recorder.group('service', [100]);
    log = [];
    logged = () => undefined;
    selected = undefined;
  });

  afterEach(async () => {
    for (const each of started.splice(0)) each.stop();
    recorder.descriptor.close();
    for (const worker of workers.splice(0)) await worker.end();
    programs.remove();
  });

  const select = async (selector: Selector) => {
    selecting = startSelecting(group, selector, (level, message) => {
      log.push(`${level}: ${message}`);
      logged();
    });
    started.push(selecting);
    await selecting.answered;
    selected = selector;
  };
  const start = async (program?: string) => {
    const worker = await CWorker.start('chameleon', { parameters: [COUNT] });
    workers.push(worker);
    if (program !== undefined) await worker.ask(`exec ${program} ${COUNT}`);
    return worker;
  };
  const members = () =>
    recorder.descriptor
      .report()
      .filter(({ groups }) => groups.includes('service'))
      .map(({ pid }) => pid);
  /** Whom `config check` finds by /proc is who is watched. */
  const alsoFound = async () => {
    if (!selected) throw new Error('nothing is selected');
    const { processes } = await findProcesses(selected, true);
    expect(new Set(processes.map(({ pid }) => pid))).toEqual(new Set(members()));
  };
  /** Waits for a process to come in, or to leave. */
  const joined = ({ pid }: CWorker) => recorder.until(() => isIn(pid));
  const left = ({ pid }: CWorker) => recorder.until(() => recorder.way(pid).length > 0 && !isIn(pid));
  const isIn = (pid: number) => recorder.way(pid).at(-1)?.endsWith('in service') ?? false;
  const nextLog = () =>
    new Promise<void>((resolve) => {
      logged = resolve;
    });
  const openPrograms = () =>
    readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(programs.folder)).length;

  describe('by pid', () => {
    it('has the process', async () => {
      const worker = await start();
      await select({ kind: 'pid', pid: worker.pid });
      expect(members()).toEqual([worker.pid]);
      await alsoFound();
      expect(log).toEqual([]);
    });

    it('refuses a number that nobody has', async () => {
      await expect(select({ kind: 'pid', pid: 4_194_304 })).rejects.toThrow('there is no process 4194304');
      expect(log).toEqual([]);
    });
  });

  describe('by pidfile', () => {
    const file = () => join(programs.folder, 'run/broker.pid');
    const write = (text: string | number) => {
      writeFileSync(`${file()}.new`, `${text}\n`);
      renameSync(`${file()}.new`, file());
    };

    it('follows the number in the file, and a folder that goes and comes', async () => {
      const [one, two, three] = [await start(), await start(), await start()];
      await select({ kind: 'pidfile', path: file() });
      mkdirSync(join(programs.folder, 'run'));
      write(one.pid);
      await joined(one);
      write(two.pid);
      await Promise.all([joined(two), left(one)]);
      rmSync(join(programs.folder, 'run'), { recursive: true });
      mkdirSync(join(programs.folder, 'run'));
      write(three.pid);
      await Promise.all([joined(three), left(two)]);
      expect(members()).toEqual([three.pid]);
      await alsoFound();
      expect(log).toEqual([]);
    });

    it.each([
      ['several lines', (pid: number) => `${pid}\n/var/lib/db\n5432\n/run/db`],
      ['a byte order mark', (pid: number) => `\ufeff${pid}`],
      ['both, and line ends of Windows', (pid: number) => `\ufeff00${pid} \r\nnonsense\r`],
      ['more in its first line', (pid: number) => `${String(pid).padStart(10)} minicom root`],
      ['NUL bytes behind the number', (pid: number) => `${pid}\0\0\0`],
      ['an empty first line', (pid: number) => `\n${pid}`],
      ['a line that is longer than a number', (pid: number) => `${pid}\n${'x'.repeat(5000)}`],
    ])('takes the number in the first line of a file with %s', async (_what, text) => {
      const worker = await start();
      mkdirSync(join(programs.folder, 'run'));
      write(text(worker.pid));
      await select({ kind: 'pidfile', path: file() });
      expect(members()).toEqual([worker.pid]);
      expect(log).toEqual([]);
    });

    it('does not wait for a pipe', async () => {
      mkdirSync(join(programs.folder, 'run'));
      execFileSync('mkfifo', [file()]);
      await select({ kind: 'pidfile', path: file() });
      expect(log).toEqual([`warning: ${file()} cannot be read: it is no file`]);
    });

    it('says once what is wrong, and keeps the process that it has', async () => {
      const worker = await start();
      mkdirSync(join(programs.folder, 'run'));
      write(worker.pid);
      await select({ kind: 'pidfile', path: file() });
      let next = nextLog();
      write('nonsense');
      await next;
      next = nextLog();
      write(4_194_304);
      await next;
      write('');
      write(worker.pid);
      await recorder.upToDate();
      expect(members()).toEqual([worker.pid]);
      expect(log).toEqual([
        `warning: ${file()} has no process id in its first line; it is read again when it changes`,
        `warning: there is no process 4194304, which ${file()} names`,
      ]);
    });
  });

  describe('by exe', () => {
    it('has those that run the file, and the file that replaces it', async () => {
      const broker = programs.make('broker');
      const old = await start(broker);
      await select({ kind: 'exe', path: broker });
      expect(members()).toEqual([old.pid]);
      expect(openPrograms()).toBe(1);

      programs.make('broker');
      const young = await startUntilIn(broker);
      expect(new Set(members())).toEqual(new Set([old.pid, young.pid]));
      await alsoFound();
      // The old file is kept, so that no other gets its inode.
      expect(openPrograms()).toBe(2);

      await old.end();
      programs.make('broker');
      const youngest = await startUntilIn(broker);
      expect(new Set(members())).toEqual(new Set([young.pid, youngest.pid]));
      expect(openPrograms()).toBe(2);
      selecting.stop();
      expect(openPrograms()).toBe(0);
      expect(log).toEqual([]);
    });

    it.each([
      [
        'a script',
        '#!/bin/sh\n',
        0o755,
        'is a script: its processes run its interpreter; select them by command: a-script-with-a',
      ],
      ['a file without rights', 'x', 0o644, 'is a file that nobody may execute'],
      ['an empty file', '', 0o755, undefined],
      [
        'a script without the line that says what runs it',
        'exec broker\n',
        0o755,
        'is no program that the kernel runs by itself: its processes run another, such as a shell; select them by pidfile:, unit: or user:',
      ],
      ['an archive', 'PK\x03\x04\x14', 0o755, expect.stringMatching(/^is no program that the kernel runs/)],
      [
        'a program for another processor',
        elf(8),
        0o755,
        'is a program for another processor: its processes run an emulator; select them by pidfile:, unit: or user:',
      ],
      ['a 32-bit program', elf(process.arch === 'x64' ? 3 : 40), 0o755, undefined],
      [
        'a script whose interpreter is run by its own name',
        '#! /usr/bin/env -S python3 -u\n',
        0o755,
        'is a script: its processes run its interpreter, by whose name env runs it; select them by pidfile:, unit: or user:',
      ],
    ])('says of %s whether anybody can run it', async (_what, text, mode, problem) => {
      const path = join(programs.folder, 'a-script-with-a-long-name');
      writeFileSync(path, text);
      chmodSync(path, mode);
      await select({ kind: 'exe', path });
      expect(log.map((line) => line.replace(`warning: ${path} `, ''))).toEqual(
        problem === undefined ? [] : [problem],
      );
    });

    it('says of a link that it leads to a script', async () => {
      const script = join(programs.folder, 'start.sh');
      writeFileSync(script, '#!/usr/bin/perl -w\n');
      chmodSync(script, 0o755);
      const path = programs.link('broker', 'start.sh');
      await select({ kind: 'exe', path });
      expect(log).toEqual([
        expect.stringMatching(/^warning: .*broker is a script: its processes run its interpreter/),
      ]);
    });

    it('says so when an upgrade puts a script in the place of the program, and keeps who runs on', async () => {
      const broker = programs.make('broker');
      const old = await start(broker);
      await select({ kind: 'exe', path: broker });
      expect(log).toEqual([]);
      const said = nextLog();
      writeFileSync(`${broker}.new`, '#!/bin/sh\nexec broker.bin\n');
      chmodSync(`${broker}.new`, 0o755);
      renameSync(`${broker}.new`, broker);
      await said;
      expect(log).toEqual([
        `warning: ${broker} is a script: its processes run its interpreter; select them by command: broker`,
      ]);
      expect(members()).toEqual([old.pid]);
    });

    it('has those that run on from a file that was replaced before, whoever knows of it', async () => {
      const broker = programs.make('broker');
      const old = await start(broker);
      programs.make('broker');
      await select({ kind: 'exe', path: broker });
      expect(members()).toEqual([old.pid]);
      expect(openPrograms()).toBe(2);
      selecting.stop();
      expect(openPrograms()).toBe(0);
    });

    it('does not have those that run a file whose name only looks like that of one that was replaced', async () => {
      const broker = programs.make('broker');
      const other = programs.make('other');
      await start(other);
      renameSync(other, `${broker} (deleted)`);
      await select({ kind: 'exe', path: broker });
      expect(members()).toEqual([]);
      await alsoFound();
    });

    it('goes on with what another selects by the path, though that leads elsewhere now', async () => {
      for (const version of ['v1', 'v2']) {
        mkdirSync(join(programs.folder, version));
        programs.make(`${version}/broker`);
      }
      programs.link('current', 'v1');
      const path = join(programs.folder, 'current/broker');
      const old = await start(path);
      const other = new Recorder();
      const before = startSelecting(other.group('service', [100]), { kind: 'exe', path }, () => undefined);
      programs.link('current', 'v2');
      await select({ kind: 'exe', path });
      before.stop();
      other.descriptor.close();
      expect(members()).toEqual([old.pid]);
    });

    it('waits for the file, and follows links to it', async () => {
      const path = join(programs.folder, 'current/broker');
      await select({ kind: 'exe', path });
      expect(log).toEqual([`warning: ${path} is not there; it is watched when it is`]);
      for (const version of ['v1', 'v2']) {
        mkdirSync(join(programs.folder, version));
        programs.make(`${version}/broker`);
        programs.link('current', version);
        const worker = await startUntilIn(path);
        expect(members()).toContain(worker.pid);
      }
    });

    /** The file is matched a moment after it came: what is started before that is found as running already. */
    const startUntilIn = async (path: string) => {
      const worker = await start(path);
      await joined(worker);
      return worker;
    };
  });

  describe('below a folder that something is mounted on later', () => {
    let folder: string;

    beforeEach(() => {
      folder = join(programs.folder, 'late');
      mkdirSync(folder);
    });

    afterEach(async () => {
      selecting.stop();
      for (const worker of workers.splice(0)) await worker.end();
      spawnSync('umount', ['--lazy', folder]);
    });

    const mount = () => execFileSync('mount', ['-t', 'tmpfs', 'none', folder]);

    it('by pidfile has the process of the file that is there then', async () => {
      const worker = await start();
      await select({ kind: 'pidfile', path: join(folder, 'broker.pid') });
      mount();
      writeFileSync(join(folder, 'broker.pid'), String(worker.pid));
      await joined(worker);
      expect(log).toEqual([]);
    });

    it('by exe has those that run the file that is there then, and that which was there before', async () => {
      programs.make('late/broker');
      const path = join(folder, 'broker');
      const below = await start(path);
      await select({ kind: 'exe', path });
      mount();
      programs.make('late/broker');
      const worker = await start(path);
      await joined(worker);
      expect(new Set(members())).toEqual(new Set([below.pid, worker.pid]));
    });

    it('by exe has those of each version, where a link leads to what is mounted for it', async () => {
      const path = join(folder, 'current/bin/broker');
      const points: string[] = [];
      await select({ kind: 'exe', path });
      try {
        for (const version of ['1', '2']) {
          // The link may be there before, and leads nowhere then.
          programs.link('late/current', version);
          points.push(join(folder, version));
          mkdirSync(join(folder, version));
          execFileSync('mount', ['-t', 'tmpfs', 'none', join(folder, version)]);
          mkdirSync(join(folder, version, 'bin'));
          programs.make(`late/${version}/bin/broker`);
          const worker = await start(path);
          await joined(worker);
        }
        expect(members()).toHaveLength(2);
      } finally {
        selecting.stop();
        for (const worker of workers.splice(0)) await worker.end();
        for (const point of points) spawnSync('umount', ['--lazy', point]);
      }
    });

    it('by pidfile has that of a file two folders below, when another folder is bound over the one above, and taken away', async () => {
      const [first, second] = [await start(), await start()];
      const other = join(programs.folder, 'other');
      for (const [place, { pid }] of [
        [folder, first],
        [other, second],
      ] as const) {
        mkdirSync(join(place, 'run/broker'), { recursive: true });
        writeFileSync(join(place, 'run/broker/pid'), String(pid));
      }
      await select({ kind: 'pidfile', path: join(folder, 'run/broker/pid') });
      expect(members()).toEqual([first.pid]);
      execFileSync('mount', ['--bind', other, folder]);
      await Promise.all([joined(second), left(first)]);
      execFileSync('umount', [folder]);
      await Promise.all([joined(first), left(second)]);
      expect(log).toEqual([]);
    });

    it('by pidfile has that of a file that is mounted over the file itself', async () => {
      const [first, second] = [await start(), await start()];
      const path = join(folder, 'broker.pid');
      writeFileSync(path, String(first.pid));
      writeFileSync(join(folder, 'other.pid'), String(second.pid));
      await select({ kind: 'pidfile', path });
      expect(members()).toEqual([first.pid]);
      execFileSync('mount', ['--bind', join(folder, 'other.pid'), path]);
      try {
        await Promise.all([joined(second), left(first)]);
      } finally {
        execFileSync('umount', [path]);
      }
      await joined(first);
    });

    it('by pidfile has that of the file below when the mount goes', async () => {
      const [above, below] = [await start(), await start()];
      writeFileSync(join(folder, 'broker.pid'), String(below.pid));
      mount();
      writeFileSync(join(folder, 'broker.pid'), String(above.pid));
      await select({ kind: 'pidfile', path: join(folder, 'broker.pid') });
      expect(members()).toEqual([above.pid]);
      execFileSync('umount', [folder]);
      await Promise.all([joined(below), left(above)]);
    });
  });

  it('by command has those of the name', async () => {
    const worker = await start();
    const name = `test-${process.pid}`;
    await worker.ask(`rename ${name}`);
    await select({ kind: 'command', name });
    expect(members()).toEqual([worker.pid]);
    await alsoFound();
  });

  it('by command has a name that is a path, and says what else it can be when nobody has it', async () => {
    const worker = await start();
    const name = `/sbin/${process.pid}`;
    await select({ kind: 'command', name });
    expect(log).toEqual([
      `notice: nobody has the name ${name} now; if it is the path of a program, write exe: with it`,
    ]);
    await worker.ask(`rename ${name}`);
    await joined(worker);
    expect(members()).toEqual([worker.pid]);
  });

  it('by user knows names and numbers', async () => {
    const worker = await start();
    const uid = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout);
    await select({ kind: 'user', name: 'nobody' });
    await worker.ask(`seteuid ${uid}`);
    await joined(worker);
    await worker.ask('seteuid 0');
    await left(worker);
    await select({ kind: 'user', name: String(UID) });
    await worker.ask(`seteuid ${UID}`);
    await joined(worker);
    await alsoFound();
    expect(log).toEqual([]);
  });

  it('by user says that there is none', async () => {
    await select({ kind: 'user', name: '--no-such-user' });
    expect(log).toEqual(['warning: there is no user --no-such-user; it is asked again']);
  });

  describe('by cgroup', () => {
    let cgroups: Cgroups;

    beforeEach(() => {
      cgroups = new Cgroups();
    });

    afterEach(async () => {
      for (const worker of workers.splice(0)) await worker.end();
      cgroups.removeAll();
    });

    it('has those that are in it', async () => {
      const worker = await start();
      cgroups.move(worker.pid, '');
      await select({ kind: 'cgroup', path: cgroups.path });
      expect(members()).toEqual([worker.pid]);
      await alsoFound();
      expect(log).toEqual([]);
    });
  });

  (existsSync('/run/systemd/system') ? it.skip : it)(
    'by unit takes the unit to be in system.slice where systemd does not answer',
    async () => {
      await select({ kind: 'unit', name: 'rlimit-test.service' });
      expect(log).toEqual([
        'warning: systemd does not answer: rlimit-test.service is taken to be in system.slice',
      ]);
    },
  );

  const linkOf = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  };
});
