/** A mount that nobody answers for holds up nothing but what is on it, wherever the configuration leads there. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, COMMAND } from '../../rig/programs/command.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { answers, untilAnswered } from '../../src/mounts/index.js';
import { startSelecting } from '../../src/selection/index.js';
import { AgentFolder } from '../support/agent-config.js';
import { Dated } from '../support/dated.js';
import { FakeGroup } from '../support/fake-group.js';
import { ForeignMount } from '../support/foreign-mount.js';
import { hasNewest } from '../support/peers-that-go.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(90));

const CHANGES = 9;
/**
 * Milliseconds for which somebody is waited for: whoever were waited for in the event loop, all would be as late. That it is
 * less on a machine that is not busy, `all-stuck` holds.
 */
const PATIENCE = 5000;
/** More than the threads that Node.js has for files. */
const FILES = 6;

let folder: AgentFolder;
let mount: ForeignMount;
let daemon: NscaDaemon;
/** Watched by its number, by a pid file on the mount, and by its program there. */
let dated: Dated;
let agent: ChildProcess | undefined;
/** A program from the mount. */
let running: ChildProcess | undefined;
let log: string;
let onLine: () => void;

beforeEach(async () => {
  folder = new AgentFolder();
  mount = await ForeignMount.make();
  copyFileSync('/bin/sleep', join(mount.here, 'program'));
  symlinkSync(there('pid-0'), join(folder.path, 'link'));
  daemon = await NscaDaemon.start({ method: 14 });
  dated = await Dated.start();
  log = '';
  onLine = () => undefined;
});

afterEach(async () => {
  if (agent?.exitCode === null && agent.signalCode === null) {
    agent.kill('SIGKILL');
    // Whoever waits for the mount cannot end before.
    mount.thaw();
    await once(agent, 'exit');
  }
  agent = undefined;
  running?.kill('SIGKILL');
  running = undefined;
  await dated.end();
  await daemon.stop();
  await mount.end();
  folder.remove();
});

const there = (name: string) => join(mount.path, name);
const rest = 'resource: nofile, warning: 50%, critical: 80%';

/** All that can be on the mount is. */
function configure({ kept = mount.path, socket = folder.socket } = {}): void {
  const secret = join(folder.path, 'nsca.password');
  writeFileSync(secret, `${PASSWORD}\n`, { mode: 0o600 });
  writeFileSync(join(mount.here, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
  const files = Array.from({ length: FILES }, (_, index) => `pid-${index}`);
  for (const name of files) writeFileSync(join(mount.here, name), `${dated.pid}\n`);
  writeFileSync(join(folder.path, 'pid-here'), `${dated.pid}\n`);
  const services = [
    ...files.map((name) => [name, `pidfile: ${there(name)}`]),
    ['program', `exe: ${there('program')}`],
    ['link', `pidfile: ${join(folder.path, 'link')}`],
    ['here', `pidfile: ${join(folder.path, 'pid-here')}`],
    ['one', `pid: ${dated.pid}`],
  ];
  const nsca = `type: nsca, server: 127.0.0.1, port: ${daemon.port}, encryption: rijndael-128`;
  writeFileSync(
    folder.config,
    `host: gw01
state_directory: ${join(kept, 'state')}
metrics_file: ${join(kept, 'metrics.prom')}
status_socket: ${socket}
destinations:
  - { type: nsca, server: 127.0.0.1, port: 1, password_file: ${there('password')} }
  - { type: program, run: [${there('program')}] }
  - { ${nsca}, password_file: ${secret} }
services:
${services.map(([name = '', process = '']) => `  - { service: ${name}, process: { ${process} }, absent: ok, ${rest} }\n`).join('')}`,
  );
}

function start(): ChildProcess {
  const started = spawn(COMMAND, ['-c', folder.config], { stdio: ['ignore', 'ignore', 'pipe'] });
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    onLine();
  });
  agent = started;
  return started;
}

async function logged(text: string): Promise<void> {
  while (!log.includes(text)) await new Promise<void>((resolve) => (onLine = resolve));
}

/** Milliseconds until the server has it. */
async function comes(name: string): Promise<number> {
  const begin = performance.now();
  await daemon.untilSo((results) => hasNewest(results, new Map([[name, dated]])));
  return performance.now() - begin;
}

async function delays(): Promise<number[]> {
  const delays: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    await dated.change(change % 2);
    const [delay] = await Promise.all([comes('one'), comes('here')]);
    delays.push(delay);
  }
  return delays;
}

async function changesInTime(): Promise<void> {
  const all = await delays();
  expect(Math.max(...all)).toBeLessThan(PATIENCE);
}

async function endsInTime(child: ChildProcess): Promise<void> {
  const begin = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - begin).toBeLessThan(PATIENCE);
}

describe('a mount that nobody answers for', () => {
  it('from the start: the others are told in time, the agent answers and ends', async () => {
    configure();
    mkdirSync(join(folder.path, 'conf.d'));
    symlinkSync(there('more.yaml'), join(folder.path, 'conf.d', 'more.yaml'));
    writeFileSync(
      join(mount.here, 'more.yaml'),
      `services:\n  - { service: more, process: { pid: ${dated.pid} }, ${rest} }\n`,
    );
    mount.freeze();
    const once = ['--pidfile', '--exe'].map((option) =>
      Command.run('--once', '--dry-run', option, there('pid-5'), '-w', '50%'),
    );
    const byFile = Command.run('--once', '--dry-run', '-c', folder.config);
    const child = start();
    await Promise.all([comes('one'), comes('here')]);
    await changesInTime();
    for (const name of ['pid-5', 'program', 'state', 'password'])
      await logged(`${there(name)} was not answered within 5 s`);
    for (const { stdout } of await Promise.all(once))
      expect(stdout.at(-1)).toContain(`UNKNOWN - ${there('pid-5')} was not answered within 5 s`);
    const dropIn = join(folder.path, 'conf.d', 'more.yaml');
    expect((await byFile).stdout).toEqual([`UNKNOWN - ${dropIn} was not answered within 5 s`]);
    const told = await folder.states();
    for (const name of ['pid-0', 'pid-5', 'program', 'link'])
      expect([name, told.get(name)]).toEqual([name, 'UNKNOWN']);
    await changesInTime();

    // The configuration cannot be read again, and stays.
    child.kill('SIGHUP');
    await logged('the configuration stays as it was');
    await changesInTime();

    await endsInTime(child);
  });

  it('later: who is watched stays, and a reload changes nothing', async () => {
    configure({ kept: folder.path });
    running = spawn(there('program'), ['600'], { stdio: 'ignore' });
    const child = start();
    await Promise.all(['pid-0', 'pid-5', 'link', 'one', 'here'].map(comes));
    expect((await folder.states()).get('program')).toBe('OK');
    mount.freeze();
    await changesInTime();
    await Promise.all(['pid-0', 'pid-5', 'link'].map(comes));
    child.kill('SIGHUP');
    await logged('the configuration stays as it was');
    await changesInTime();
    expect(await folder.states()).toEqual(
      new Map(
        [...(await folder.states()).keys()].map((name) => [name, expect.not.stringMatching('UNKNOWN')]),
      ),
    );
    await endsInTime(child);
  });

  it('is waited for once by each who needs a file there, however often the mounts change', async () => {
    const path = there('pid-0');
    writeFileSync(path, `${dated.pid}\n`);
    mount.freeze();
    expect(await answers(path)).toBe(false);
    const waits = jest.spyOn(untilAnswered(path), 'then');
    let onDoubt: () => void = () => undefined;
    const asked = () => new Promise<void>((resolve) => (onDoubt = resolve));
    const first = asked();
    const selecting = startSelecting(
      new FakeGroup(),
      { kind: 'pidfile', path },
      () => undefined,
      () => {
        onDoubt();
      },
    );
    try {
      await first;
      for (let change = 0; change < 4; change++) {
        const next = asked();
        if (change % 2 === 0) execFileSync('mount', ['--bind', mount.here, mount.here]);
        else execFileSync('umount', [mount.here]);
        await next;
      }
      // Who reads it, and who follows it.
      expect(waits).toHaveBeenCalledTimes(2);
    } finally {
      selecting.stop();
      mount.thaw();
    }
  });
});
