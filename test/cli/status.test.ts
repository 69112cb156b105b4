import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentStatus } from '../../src/control/index.js';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { pathWith } from '../../rig/programs/path-programs.js';
import { Worker } from '../support/worker.js';

describe('check_rlimit_passive status', () => {
  let folder: AgentFolder;
  let worker: Worker;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    folder.write({ 'broker fds': { pid: worker.pid, keys: 'warning: 50' } }, NOWHERE);
  });

  afterEach(async () => {
    await folder.end();
    await worker.end();
  });

  const start = (...parameters: string[]) => folder.start(parameters);
  const ask = (...parameters: string[]) => Command.run('status', '--socket', folder.socket, ...parameters);
  /** Asks until the agent answers. */
  const answered = async (...parameters: string[]) => {
    for (;;) {
      const answer = await ask(...parameters);
      if (answer.status === 0) return answer;
    }
  };

  it('tells what the agent watches and where it sends', async () => {
    const agent = start();
    const { stdout, stderr } = await answered();
    expect(stderr).toEqual([]);
    expect(stdout[0]).toMatch(
      new RegExp(`^check_rlimit_passive \\S+ {2}pid ${agent.pid} {2}up \\d+ s {2}attach \\w+ {2}host gw01$`),
    );
    expect(stdout).toContainEqual(expect.stringMatching(/^OK {8}broker fds, for \d+ s$/));
    expect(stdout.at(-1)).toMatch(/^nsca 127\.0\.0\.1:1: /);
  });

  it('is one JSON document with --json', async () => {
    const before = Date.now();
    const agent = start();
    const { stdout } = await answered('--json');
    expect(stdout).toHaveLength(1);
    const status = JSON.parse(stdout[0] ?? '') as AgentStatus;
    expect(status).toMatchObject({ pid: agent.pid, host: 'gw01', version: expect.any(String) });
    expect(status.since).toBeGreaterThan(before);
    expect(status.services).toMatchObject([{ description: 'broker fds', state: 'OK' }]);
    expect(status.destinations).toMatchObject([{ name: 'nsca 127.0.0.1:1' }]);
  });

  it('has its formats by --format, of which it takes one', async () => {
    start();
    const json = await answered('--format', 'json');
    expect(JSON.parse(json.stdout[0] ?? '')).toMatchObject({ host: 'gw01' });
    expect((await ask('--format', 'text')).stdout).toContainEqual(expect.stringMatching(/^OK {8}broker fds/));
    const { stdout } = await ask('--format', 'prometheus');
    expect(stdout).toContain('check_rlimit_passive_service_state{service="broker fds",resource="nofile"} 0');
    expect(await ask('--json', '--format', 'prometheus')).toEqual({
      status: 3,
      stdout: [],
      stderr: ['check_rlimit_passive: --json and --format prometheus are two formats: give one of them'],
    });
  });

  it('finds the new services after a reload, and nothing after the end', async () => {
    const agent = start();
    await answered();
    folder.write({ 'other fds': { pid: worker.pid, keys: 'warning: 0' } }, NOWHERE);
    agent.signal('SIGHUP');
    await agent.until(() => agent.stderr.some((line) => line.includes('read again')));
    expect((await ask()).stdout).toContainEqual(expect.stringMatching(/^WARNING {3}other fds, /));
    agent.signal('SIGTERM');
    expect((await agent.finished()).status).toBe(0);
    expect(existsSync(folder.socket)).toBe(false);
  });

  it('waits for nobody whom a reload has to ask', async () => {
    const asked = join(folder.path, 'asked');
    const PATH = pathWith(folder.path, { id: `: > ${asked}; exec sleep 30` });
    const agent = folder.start([], { PATH });
    await answered();
    appendFileSync(
      folder.config,
      '  - { service: new, process: { user: ldap-a }, resource: nofile, warning: 50 }\n',
    );
    agent.signal('SIGHUP');
    while (!existsSync(asked)) await worker.do('open 0');
    const { stdout, status } = await ask();
    expect(status).toBe(0);
    expect(stdout.join('\n')).not.toContain('new, for');
    expect(agent.stderr.filter((line) => line.includes('read again'))).toEqual([]);
  });

  it('says in one line that no agent answers', async () => {
    const { status, stdout, stderr } = await ask();
    expect(stderr).toEqual([
      `check_rlimit_passive: no agent answers at ${folder.socket}; is it running? start it with check_rlimit_passive -c FILE, or give its --socket`,
    ]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  });

  it('answers again after an agent was killed', async () => {
    const killed = start();
    await answered();
    killed.signal('SIGKILL');
    await killed.finished();
    expect(existsSync(folder.socket)).toBe(true);
    const agent = start();
    const { stdout } = await answered('--json');
    expect((JSON.parse(stdout[0] ?? '') as AgentStatus).pid).toBe(agent.pid);
    expect(agent.stderr.filter((line) => line.includes('status'))).toEqual([]);
  });

  it('stays with the first agent, and the second one goes on without', async () => {
    const first = start();
    await answered();
    const second = start();
    await second.until(() => second.stderr.some((line) => line.includes('another agent answers')));
    const { stdout } = await answered('--json');
    expect((JSON.parse(stdout[0] ?? '') as AgentStatus).pid).toBe(first.pid);
    second.signal('SIGTERM');
    expect((await second.finished()).status).toBe(0);
    expect((await ask()).status).toBe(0);
  });

  it('asks nothing of a dry run, which leaves no trace', async () => {
    const agent = start('--dry-run');
    await agent.until(() => agent.stdout.length === 1);
    agent.signal('SIGHUP');
    await agent.until(() => agent.stdout.length === 2);
    expect(existsSync(folder.socket)).toBe(false);
  });
});
