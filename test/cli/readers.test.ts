import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentFolder } from '../support/agent-config.js';
import { Command, COMMAND, Program } from '../../rig/programs/command.js';
import { Fifo } from '../../rig/programs/fifo.js';
import { Worker } from '../support/worker.js';

/** So many that their log is more than a pipe and the agent itself keep. */
const SERVICES = 800;
const LOST = /^check_rlimit_passive: warning: (\d+) lines were lost here: nobody took them$/;

describe('who reads', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let fifo: Fifo;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    fifo = new Fifo(folder.path);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    fifo.close();
    await worker.end();
    folder.remove();
  });

  const start = (stdio: StdioOptions, ...parameters: string[]) => {
    const child = spawn(COMMAND, parameters, { stdio });
    children.push(child);
    return child;
  };
  const statusOf = async (child: ChildProcess) => {
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  const write = (count = 1) => {
    const process = `{ pid: ${worker.pid} }`;
    const services = Array.from(
      { length: count },
      (_, i) =>
        `  - { service: "fds ${i} ${'x'.repeat(80)}", process: ${process}, resource: nofile, warning: 50 }\n`,
    );
    writeFileSync(
      folder.config,
      `host: gw01\nstatus_socket: ${folder.socket}\nservices:\n${services.join('')}`,
    );
  };
  /** An agent that prints its results, and tells in the log of each. */
  const startAgent = async (stderr: number | 'pipe', count = 1) => {
    write(count);
    const agent = start(['ignore', 'pipe', stderr], '-c', folder.config, '--dry-run', '--verbose');
    const { stdout } = agent;
    if (!stdout) throw new Error('the agent has no pipe');
    const results = new Results(stdout);
    await results.until(count);
    return { agent, results };
  };

  describe('of the log is stuck:', () => {
    it('the agent watches, answers and ends', async () => {
      fifo.fill();
      const { agent, results } = await startAgent(fifo.fd);
      await worker.do('open 60');
      await results.until(2);
      expect((await Command.run('status', '--socket', folder.socket)).status).toBe(0);
      const before = processorTime(agent);
      await sleep(1000);
      expect(processorTime(agent) - before).toBeLessThanOrEqual(5);
      agent.kill('SIGTERM');
      expect(await statusOf(agent)).toBe(0);
      expect(flagsOf(fifo.fd)).toBe(0o1);
    });

    it('the lines for which there is no room are counted, and told when there is', async () => {
      const { agent, results } = await startAgent(fifo.fd, SERVICES);
      for (const times of [2, 3]) {
        agent.kill('SIGHUP');
        await results.until(times * SERVICES);
      }
      fifo.read();
      await fifo.until(() => fifo.lines.some((line) => LOST.test(line)));
      agent.kill('SIGTERM');
      expect(await statusOf(agent)).toBe(0);
      const lost = fifo.lines.map((line) => Number(LOST.exec(line)?.[1] ?? 0));
      const sent = fifo.lines.filter((line) => line.includes('sent gw01')).length;
      const other = fifo.lines.filter((line) => line.includes('read again')).length;
      const total = lost.reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThan(0);
      // Each result is told in a line, and each reload.
      expect(sent + other + total).toBe(results.count + 2);
    });

    it('as a socket, like that of the journal, the agent watches and ends', async () => {
      const { agent, results } = await startAgent('pipe', SERVICES);
      for (const times of [2, 3, 4]) {
        agent.kill('SIGHUP');
        await results.until(times * SERVICES);
      }
      agent.kill('SIGTERM');
      expect(await statusOf(agent)).toBe(0);
    });
  });

  describe('of the log is gone:', () => {
    it('the agent goes on, and says what was lost when another comes', async () => {
      const { agent, results } = await startAgent(fifo.fd);
      fifo.leave();
      for (const count of [2, 3]) {
        agent.kill('SIGHUP');
        await results.until(count);
      }
      fifo.read();
      agent.kill('SIGHUP');
      await results.until(4);
      await fifo.until(() => fifo.lines.some((line) => LOST.test(line)));
      const told = fifo.lines.findIndex((line) => LOST.test(line));
      // What was written before is still in the pipe; what was said of the two reloads is not.
      expect(fifo.lines.slice(0, told).filter((line) => line.includes('read again'))).toEqual([]);
      agent.kill('SIGTERM');
      expect(await statusOf(agent)).toBe(0);
    });

    it('as a socket, the agent goes on', async () => {
      const { agent, results } = await startAgent('pipe');
      agent.stderr?.destroy();
      agent.kill('SIGHUP');
      await results.until(2);
      await worker.do('open 60');
      await results.until(3);
      agent.kill('SIGTERM');
      expect(await statusOf(agent)).toBe(0);
    });

    it.each([
      [['-c', '/nonexistent/file']],
      [['status', '--socket', '/nonexistent/socket']],
      [['events', '--pid', '4194304', '--level', '5']],
    ])('a command that fails has the status of one: %j', async (parameters) => {
      fifo.leave();
      expect(await statusOf(start(['ignore', 'ignore', fifo.fd], ...parameters))).toBe(3);
    });
  });

  it.each([
    ['a full disk', 'exec "$0" "$@" 2> /dev/full'],
    ['a file that may not grow', `ulimit -f 0; exec "$0" "$@" 2> "\${2%/*}/log"`],
  ])('of the log is %s: the agent goes on', async (_what, shell) => {
    write();
    const agent = new Program('sh', ['-c', shell, COMMAND, '-c', folder.config, '--dry-run', '--verbose']);
    for (const count of [1, 2]) {
      await agent.until(() => agent.stdout.length === count);
      agent.signal('SIGHUP');
    }
    await agent.until(() => agent.stdout.length === 3);
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
  });

  describe('of results is stuck:', () => {
    it.each(['SIGTERM', 'SIGINT'] as const)('--dry-run ends at %s', async (signal) => {
      fifo.fill();
      write();
      const agent = start(['ignore', fifo.fd, 'ignore'], '-c', folder.config, '--dry-run');
      while ((await Command.run('status', '--socket', folder.socket)).status !== 0);
      agent.kill(signal);
      expect(await statusOf(agent)).toBe(0);
      expect(flagsOf(fifo.fd)).toBe(0o1);
    });

    it.each(['SIGTERM', 'SIGINT'] as const)('events ends at %s', async (signal) => {
      const events = await startEvents();
      await changes(3000);
      events.kill(signal);
      expect(await statusOf(events)).toBe(0);
    });

    it('events waits for it, goes on, and ends with its process', async () => {
      const events = await startEvents();
      await changes(6000);
      fifo.read();
      await worker.end();
      expect(await statusOf(events)).toBe(0);
      await fifo.until(() => fifo.text.includes('process-ended') || fifo.text.includes('"processes":[]'));
      const told = fifo.lines.slice(1).map((line) => JSON.parse(line) as { type: string });
      expect(told.filter(({ type }) => type === 'step').length).toBeGreaterThan(1000);
    });

    const startEvents = async () => {
      const parameters = ['events', '--pid', String(worker.pid), '--step', '1'];
      const events = start(['ignore', fifo.fd, 'pipe'], ...parameters);
      // It is ready once it has written something, which stays there unread.
      while (!fifo.hasText()) await sleep(10);
      return events;
    };
    /** So many changes by one, up and down. */
    const changes = async (count: number) => {
      for (let done = 0; done < count; done += 100) {
        await worker.do('open 50');
        await worker.do('close 50');
      }
    };
  });

  it('of results goes: a command ends with status 0', async () => {
    const shell = `"$0" events --pid ${worker.pid} --step 1 | head -1`;
    const program = new Program('bash', ['-c', `${shell}; exit \${PIPESTATUS[0]}`, COMMAND]);
    await program.until(() => program.stdout.length === 1);
    await worker.do('open 10');
    expect((await program.finished()).status).toBe(0);
  });
});

/** Lines of results, counted. */
class Results {
  count = 0;
  #waiting: (() => void)[] = [];

  constructor(stream: Readable) {
    createInterface({ input: stream }).on('line', () => {
      this.count++;
      for (const look of this.#waiting.splice(0)) look();
    });
  }

  async until(count: number): Promise<void> {
    while (this.count < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** In ticks of 10 ms (proc_pid_stat(5), utime and stime). */
function processorTime({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Without the one for large files. */
function flagsOf(fd: number): number {
  const [, flags] = /^flags:\s+0?(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
  return Number.parseInt(flags ?? '', 8) & ~0o2100000 & ~0o100000;
}
