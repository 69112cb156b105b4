import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceManager } from '../../src/daemon/service-manager.js';
import { AgentFolder } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { CWorker } from '../support/c-worker.js';
import { Worker } from '../support/worker.js';

const WATCHES = 'STATUS=watches 1 service, sends to 0 destinations';

describe('what a service manager is told', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let manager: CWorker;
  let agent: Program | undefined;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    folder.write({ fds: { pid: worker.pid, keys: 'warning: 50' } });
  });

  afterEach(async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
    await manager.end();
    await worker.end();
    folder.remove();
  });

  const start = async (address: string, environment: NodeJS.ProcessEnv = {}) => {
    manager = await CWorker.start('notified', { parameters: [address] });
    const parameters = ['-c', folder.config, '--dry-run'];
    agent = new Program(COMMAND, parameters, { NOTIFY_SOCKET: address, ...environment });
    return agent;
  };
  /** The next message, without those of the watchdog. */
  const told = async (by: Program) => {
    for (;;) {
      const line = await manager.line();
      const [, pid, message] = /^(\d+) (.*)$/.exec(line) ?? [];
      expect(Number(pid)).toBe(by.pid);
      if (message !== undefined && message !== 'WATCHDOG=1') return message;
    }
  };

  it.each([
    ['a path', (path: string) => join(path, 'notify')],
    ['an abstract name', (path: string) => `@${path}/notify`],
  ])('is told at %s of the start, each reload and the end', async (_what, address) => {
    const program = await start(address(folder.path));
    expect(await told(program)).toBe(`READY=1|${WATCHES}`);

    const before = process.hrtime.bigint() / 1000n;
    program.signal('SIGHUP');
    const reloading = await told(program);
    expect(reloading).toMatch(/^RELOADING=1\|MONOTONIC_USEC=\d+$/);
    const time = BigInt(reloading.split('=')[2] ?? '');
    expect(time).toBeGreaterThan(before);
    expect(time).toBeLessThan(process.hrtime.bigint() / 1000n);
    expect(await told(program)).toBe(`READY=1|${WATCHES}`);

    writeFileSync(folder.config, 'services: [');
    program.signal('SIGHUP');
    expect(await told(program)).toMatch(/^RELOADING=1\|/);
    expect(await told(program)).toMatch(
      new RegExp(`^READY=1\\|STATUS=the configuration could not be read again: ${folder.config}:1:`),
    );

    program.signal('SIGTERM');
    expect(await told(program)).toBe('STOPPING=1|STATUS=stopping');
    expect((await program.finished()).status).toBe(0);
  });

  it('is told twice in each interval that the agent is well', async () => {
    const program = await start(join(folder.path, 'notify'), { WATCHDOG_USEC: '400000' });
    expect(await told(program)).toMatch(/^READY=1/);
    const times = [performance.now()];
    for (let beat = 1; beat <= 8; beat++) {
      expect(await manager.line()).toBe(`${program.pid} WATCHDOG=1`);
      times.push(performance.now());
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? NaN));
    // Whoever is late, here or there, makes one longer and the next shorter; not all of them on any machine.
    expect((times.at(-1) ?? NaN) - (times[0] ?? NaN)).toBeGreaterThan(7 * 200);
    expect(Math.min(...gaps)).toBeLessThan(300);
  });

  it('is not told so if the watchdog is for another process', async () => {
    const environment = { WATCHDOG_USEC: '1000', WATCHDOG_PID: String(process.pid) };
    const program = await start(join(folder.path, 'notify'), environment);
    expect(await manager.line()).toContain('READY=1');
    // In the time of a reload it would be told a hundred times.
    program.signal('SIGHUP');
    expect(await manager.line()).toContain('RELOADING=1');
    expect(await manager.line()).toContain('READY=1');
    program.signal('SIGTERM');
    expect(await manager.line()).toContain('STOPPING=1');
  });

  it('is told of a newline as of a space, and its variables are not for children', async () => {
    const address = join(folder.path, 'notify');
    manager = await CWorker.start('notified', { parameters: [address] });
    const environment = { NOTIFY_SOCKET: address, WATCHDOG_USEC: '1', WATCHDOG_PID: '1', OTHER: 'x' };
    const log: string[] = [];
    const here = serviceManager(environment, (level, message) => log.push(`${level} ${message}`));
    expect(environment).toEqual({ OTHER: 'x' });
    here.status('two\nREADY=1');
    expect(await manager.line()).toBe(`${process.pid} STATUS=two READY=1`);
    expect(log).toEqual([]);
  });

  it('is told later if it hangs, and nothing waits for it', async () => {
    const address = join(folder.path, 'notify');
    manager = await CWorker.start('notified', { parameters: [address] });
    const log: string[] = [];
    const here = serviceManager({ NOTIFY_SOCKET: address }, (_level, message) => log.push(message));
    process.kill(manager.pid, 'SIGSTOP');
    const before = performance.now();
    // More than any queue of datagrams holds here (net.unix.max_dgram_qlen).
    for (let count = 1; count <= 3000; count++) here.status(`number ${count}`);
    expect(performance.now() - before).toBeLessThan(4000);
    expect(log).toEqual([`the service manager cannot be told: sendto: EAGAIN (${address})`]);
    process.kill(manager.pid, 'SIGCONT');
    const numbers: number[] = [];
    while (numbers.at(-1) !== 3000) numbers.push(Number((await manager.line()).split(' ').at(-1)));
    expect(numbers[0]).toBe(1);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(log).toHaveLength(1);
  });

  it.each([
    ['vsock:2:1', 'NOTIFY_SOCKET=vsock:2:1 is neither a path nor @name'],
    ['/nonexistent/notify', 'the service manager cannot be told: sendto: ENOENT (/nonexistent/notify)'],
    [`/${'x'.repeat(200)}`, 'the service manager cannot be told: sendto: EINVAL'],
  ])('one that is not there is told of once: %s', async (address, line) => {
    manager = await CWorker.start('notified', { parameters: [join(folder.path, 'other')] });
    const program = new Program(COMMAND, ['-c', folder.config, '--dry-run'], { NOTIFY_SOCKET: address });
    agent = program;
    await program.until(() => program.stdout.length > 0);
    program.signal('SIGHUP');
    await program.until(() => program.stdout.length > 1);
    program.signal('SIGTERM');
    const { status, stderr } = await program.finished();
    expect(status).toBe(0);
    expect(stderr).toEqual([
      expect.stringContaining(`check_rlimit_passive: warning: ${line}`),
      'check_rlimit_passive: the configuration was read again',
    ]);
  });
});
