import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AgentFolder } from '../support/agent-config.js';
import { CWorker } from '../support/c-worker.js';
import { Command } from '../../rig/programs/command.js';

describe('a process that holds so much that it takes long to look at', () => {
  let folder: AgentFolder;
  let worker: CWorker;
  let agent: Command;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await CWorker.start('holder', { limit: 20_000 });
    await worker.ask('socketpair 4500');
    writeFileSync(
      folder.config,
      `host: gw01
heartbeat: off
services:
  - { service: fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 12000 }
`,
    );
    agent = new Command('-c', folder.config, '--dry-run');
    await agent.until(() => agent.stdout.length === 1);
    await untilAsleep(agent.pid);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    folder.remove();
  });

  it('is told at once when it gets worse, with what fills it or soon after', async () => {
    await worker.ask(`files ${folder.path} 5000`);
    await agent.until(() => agent.stdout.some((line) => line.includes('holds')));
    const [ok, ...worse] = agent.stdout;
    expect(ok).toMatch(/\t0\tFDS OK/);
    for (const line of worse) expect(line).toMatch(/\t1\tFDS WARNING - holder\[\d+\] has 1\d{4} of 20000 /);
    expect(worse.length).toBeLessThanOrEqual(2);
    // The files are what has grown; how many there were at that moment is for the scheduler to say.
    expect(worse.at(-1)).toMatch(
      new RegExp(`holds 1\\d{4} descriptors, \\d+ more than when it was OK:.{1,6}${folder.path}/\\* ×`),
    );
  });
});

/** What it holds while all is well is looked at after that was told: then its main thread waits again. */
async function untilAsleep(pid: number): Promise<void> {
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') S ')) await nextTurn();
}
