import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentFolder } from '../support/agent-config.js';
import { CWorker } from '../support/c-worker.js';
import { Cgroups } from '../support/cgroups.js';
import { Command } from '../../rig/programs/command.js';

/** How long the births and deaths go on: RLIMIT_TEST_SECONDS, for a longer look. */
const SECONDS = Number(process.env['RLIMIT_TEST_SECONDS'] ?? 30);
const BIRTHS = SECONDS * 10;
/** Every so many births one leaks. */
const LEAKS = 10;
const MOST_GROWTH = 8 * 1024;

describe('a unit whose workers come and go', () => {
  let folder: AgentFolder;
  let cgroups: Cgroups;
  let unit: CWorker;
  let agent: Command;

  beforeEach(async () => {
    folder = new AgentFolder();
    cgroups = new Cgroups();
    cgroups.make('unit');
    unit = await CWorker.start('child');
    cgroups.move(unit.pid, 'unit');
    writeFileSync(
      folder.config,
      `host: gw01
heartbeat: off
services:
  - { service: unit fds, process: { cgroup: ${cgroups.path}/unit }, resource: nofile, warning: 20 }
`,
    );
    agent = new Command('-c', folder.config, '--dry-run');
    await agent.until(() => agent.stdout.length === 1);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await unit.end();
    cgroups.removeAll();
    folder.remove();
  });

  it(
    `is told in each state, with no look into /proc and no growth: ${BIRTHS} births and deaths in ${SECONDS} s`,
    async () => {
      const log = join(folder.path, 'strace');
      const strace = spawn(
        'strace',
        ['-f', '-e', 'trace=file,getdents64', '-o', log, '-p', String(agent.pid)],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      await once(strace.stderr, 'data');
      const leakers: string[] = [];
      const before: { memory: number; descriptors: number } = { memory: 0, descriptors: 0 };
      for (let birth = 1; birth <= BIRTHS; birth++) {
        if (birth === BIRTHS / 2) Object.assign(before, sizeOf(agent.pid));
        const pid = await unit.ask('fork');
        if (birth % LEAKS === 0) {
          leakers.push(pid);
          await unit.ask('child open 30');
          await agent.until(() => agent.stdout.length === 2 * leakers.length);
        }
        await unit.ask('kill');
        await unit.ask('reap');
        if (birth % LEAKS === 0) await agent.until(() => agent.stdout.length === 2 * leakers.length + 1);
        // The rate is what is tested.
        await sleep((SECONDS * 1000) / BIRTHS);
      }
      const after = sizeOf(agent.pid);
      // A reload reads files, which shows that strace sees what it is asked for.
      agent.signal('SIGHUP');
      await agent.until(() => agent.stderr.some((line) => line.includes('read again')));
      const exit = once(strace, 'exit');
      strace.kill('SIGINT');
      await exit;

      const told = agent.stdout.slice(0, 2 * leakers.length + 1);
      const states = told.map((line) => line.split('\t')[2]);
      expect(states).toEqual(['0', ...leakers.flatMap(() => ['1', '0'])]);
      const named = told.filter((_, i) => i % 2 === 1).map((line) => /child\[(\d+)\] has/.exec(line)?.[1]);
      expect(named).toEqual(leakers);
      const [untilReload = '', reload] = readFileSync(log, 'utf8').split('--- SIGHUP');
      expect(reload).toContain(folder.config);
      // Node.js 26 looks once how fast the processor's clock goes, whenever a thread of its own first wants to know.
      const looks = untilReload.match(/"\/(proc|sys)(?!\/devices\/system\/cpu\/)[^"]*"|getdents/g);
      expect(looks ?? []).toEqual([]);
      expect(after.descriptors).toBe(before.descriptors);
      expect(after.memory - before.memory).toBeLessThan(MOST_GROWTH);
    },
    (SECONDS * 4 + 60) * 1000,
  );
});

/** Of a process: KiB in memory, and its open descriptors. */
function sizeOf(pid: number): { memory: number; descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    memory: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}
