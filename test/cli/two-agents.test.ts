import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { historyFile, readHistory } from '../../src/history/index.js';
import { untilSo } from '../support/folder-changes.js';
import { Worker } from '../support/worker.js';

const SOCKET = 'status.sock';

describe('two agents with one state directory', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let agents: Command[];

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    agents = [];
  });

  afterEach(async () => {
    for (const agent of agents) await end(agent, 'SIGKILL');
    await worker.end();
    folder.remove();
  });

  const state = () => join(folder.path, 'state');
  /** Until it has found that nobody listens. */
  const start = async (service: string, socket = `${service}.sock`) => {
    const keys = 'warning: 50';
    folder.write(
      { [service]: { pid: worker.pid, keys }, shared: { pid: worker.pid, keys } },
      `state_directory: state\nstatus_socket: ${socket}\n${NOWHERE}`,
    );
    const agent = new Command('-c', folder.config);
    agents.push(agent);
    await agent.until(() => agent.stderr.some((line) => line.includes('next try')));
    return agent;
  };
  const end = async (agent: Command, signal: NodeJS.Signals) => {
    agent.signal(signal);
    await agent.finished();
  };
  const kept = () =>
    (existsSync(state()) ? readdirSync(state()) : [])
      .filter((name) => !name.endsWith('.tmp'))
      .map((name) => readFileSync(join(state(), name), 'utf8'))
      .flatMap((text) =>
        [...text.matchAll(/"service":"(\w+)","state":"(\w+)"/g)].map(
          ([, service, state]) => `${service} ${state}`,
        ),
      )
      .toSorted();
  const refusals = (agent: Command) => agent.stderr.filter((line) => line.includes('another agent keeps'));

  it('keep what the first one has: the second says that it keeps nothing', async () => {
    const first = await start('first');
    const second = await start('second');
    expect(refusals(first)).toEqual([]);
    expect(refusals(second)).toEqual([
      `check_rlimit_passive: warning: another agent keeps its results in ${state()}: what waits here is lost if this agent ends; stop one of them, or give each a state_directory of its own`,
    ]);
    await end(second, 'SIGTERM');
    await end(first, 'SIGTERM');
    expect(kept()).toEqual(['first OK', 'shared OK']);
  });

  it('one after the other, whatever became of the first, have it, and so after a reload', async () => {
    await end(await start('first'), 'SIGKILL');
    const second = await start('second');
    second.signal('SIGHUP');
    await second.until(() => second.stderr.some((line) => line.includes('read again')));
    await end(second, 'SIGTERM');
    expect(refusals(second)).toEqual([]);
    expect(kept()).toContain('second OK');
  });

  const crossings = () =>
    readHistory(historyFile(state())).flatMap(({ description, crossings }) =>
      crossings.map(({ state }) => `${description} ${state}`),
    );

  it('change places when the first one ends: with the next change the second has it, and tells its status', async () => {
    const first = await start('first', SOCKET);
    await untilSo(state(), () => kept().length === 2);
    const second = await start('second', SOCKET);
    await worker.do('open 60');
    // Both have seen it, and the first has kept it.
    await untilSo(state(), () => kept().includes('first WARNING') && existsSync(historyFile(state())));
    await end(first, 'SIGKILL');
    await worker.do('close 60');
    await second.until(() => second.stderr.filter((line) => line.includes(' now')).length === 2);
    await untilSo(state(), () => kept().includes('second OK'));
    // What the first one alone knew, and of what both know, the newest.
    expect(kept()).toEqual(['first WARNING', 'second OK', 'shared OK']);
    const { status, stdout } = await Command.run('status', '--socket', join(folder.path, SOCKET), '--json');
    expect([status, JSON.parse(stdout.join(''))]).toEqual([0, expect.objectContaining({ pid: second.pid })]);
    await end(second, 'SIGTERM');
    expect(kept()).toEqual(['first WARNING', 'second OK', 'shared OK']);
    expect(crossings()).toEqual(
      ['second', 'shared'].flatMap((service) =>
        ['OK', 'WARNING', 'OK'].map((state) => `${service} ${state}`),
      ),
    );
    expect(second.stderr.filter((line) => !line.includes('next try'))).toEqual([
      expect.stringContaining('another agent keeps its results in'),
      expect.stringContaining('another agent answers at'),
      expect.stringContaining(`the other agent has left ${state()}`),
      expect.stringContaining('the status is told at'),
    ]);
  });

  it('change places when the first one ends, also if the second ends then', async () => {
    const first = await start('first');
    await untilSo(state(), () => kept().length === 2);
    const second = await start('second');
    await end(first, 'SIGKILL');
    await end(second, 'SIGTERM');
    expect(kept()).toEqual(['first OK', 'second OK', 'shared OK']);
  });
});

describe('two agents with one metrics_file', () => {
  let folder: AgentFolder;
  let workers: Worker[];

  beforeEach(async () => {
    folder = new AgentFolder();
    workers = [await Worker.start(100), await Worker.start(100)];
  });

  afterEach(async () => {
    await folder.end();
    for (const worker of workers) await worker.end();
  });

  const file = () => join(folder.path, 'rlimit.prom');
  const text = () => (existsSync(file()) ? readFileSync(file(), 'utf8') : '');
  const start = (service: string, worker: Worker | undefined) => {
    folder.write(
      { [service]: { pid: worker?.pid ?? 0, keys: 'warning: 50' } },
      `state_directory: ${service}\nstatus_socket: ${service}.sock\nmetrics_file: rlimit.prom\n${NOWHERE}`,
    );
    return folder.start();
  };
  const IS_WARNING = 'check_rlimit_passive_service_state{service="first",resource="nofile"} 1';

  it('write nothing over what the first one has: the second says so, and has it when the first is killed', async () => {
    const [own, other] = workers;
    const first = start('first', own);
    await untilSo(folder.path, () => text().includes('service="first"'));
    const second = start('second', other);
    const said = `check_rlimit_passive: warning: ${file()} is not written: another agent writes it; stop one of them, or give each a metrics_file of its own`;
    await second.until(() => second.stderr.includes(said));
    // What the second sees changes; the file goes on to be that of the first.
    await other?.do('open 60');
    await own?.do('open 60');
    await untilSo(folder.path, () => text().includes(IS_WARNING));
    expect(text()).not.toContain('service="second"');
    first.signal('SIGKILL');
    await first.finished();
    await other?.do('close 60');
    await second.until(() => second.stderr.some((line) => line.endsWith(`${file()} is written again`)));
    expect(text()).toContain('service="second"');
    expect(text()).not.toContain('service="first"');
    expect(second.stderr.filter((line) => line === said)).toHaveLength(1);
  });
});
