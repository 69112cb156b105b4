import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

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
  const start = async (service: string) => {
    folder.write(
      { [service]: { pid: worker.pid, keys: 'warning: 50' } },
      `state_directory: state\nstatus_socket: ${service}.sock\n${NOWHERE}`,
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
      .map((name) => readFileSync(join(state(), name), 'utf8'))
      .flatMap((text) => [...text.matchAll(/"service":"(\w+)"/g)].map(([, service]) => service));
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
    expect(kept()).toEqual(['first']);
  });

  it('one after the other, whatever became of the first, have it, and so after a reload', async () => {
    await end(await start('first'), 'SIGKILL');
    const second = await start('second');
    second.signal('SIGHUP');
    await second.until(() => second.stderr.some((line) => line.includes('read again')));
    await end(second, 'SIGTERM');
    expect(refusals(second)).toEqual([]);
    expect(kept()).toContain('second');
  });
});
