import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

const QUIET_SECONDS = 30;
/** After the start there is garbage to collect, and attaching interrupts what each thread waits in. */
const SETTLED_SECONDS = 2;

describe('while nothing crosses', () => {
  let folder: string;
  let worker: Worker;
  let agent: Command;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'idle-'));
    worker = await Worker.start(100);
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `services:\n  - { service: fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 50, critical: 80% }\n`,
    );
    agent = new Command('-c', config, '--dry-run');
    await agent.until(() => agent.stdout.length === 1);
    // With a worsening it is told what the process holds: what that takes is loaded then.
    const { count } = await worker.do('open 0');
    await worker.do(`open ${55 - count}`);
    await agent.until(() => agent.stdout.length === 2);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    rmSync(folder, { recursive: true });
  });

  it(`the agent makes no system call for ${QUIET_SECONDS} s, while its process opens and closes`, async () => {
    const log = join(folder, 'strace');
    const strace = spawn('strace', ['-f', '-ttt', '-o', log, '-p', String(agent.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // "strace: Process N attached"
    await once(strace.stderr, 'data');
    const start = await settled(log);
    while (Date.now() / 1000 < start + QUIET_SECONDS) {
      await worker.do('open 20');
      await worker.do('close 20');
      await sleep(500);
    }
    const exit = once(strace, 'exit');
    const end = Date.now() / 1000;
    // It detaches at SIGINT, and leaves the agent running.
    strace.kill('SIGINT');
    await exit;

    const quiet = calls(log).filter(({ time }) => time > start && time < end);
    expect(quiet).toEqual([]);
    // What was measured is the agent itself, still at work.
    await worker.do('open 30');
    await agent.until(() => agent.stdout.length === 3);
  });
});

/** Waits until nothing has been written for a while. */
async function settled(log: string): Promise<number> {
  let before;
  do {
    before = statSync(log).size;
    await sleep(SETTLED_SECONDS * 1000);
  } while (statSync(log).size !== before);
  return Date.now() / 1000;
}

/** `PID TIME CALL` */
function calls(log: string): { time: number; call: string }[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => /^\d+ +([\d.]+) (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, time, call]) => ({ time: Number(time), call: call ?? '' }));
}
