import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { limitsOf, setLimitsOf } from '../../src/ffi/index.js';
import { RESOURCES } from '../../src/resources/index.js';
import { AgentFolder } from '../support/agent-config.js';
import { CWorker } from '../support/c-worker.js';
import { Command } from '../../rig/programs/command.js';

const MIB = 1024 ** 2;

describe('services of several resources over one process', () => {
  let folder: AgentFolder;
  let worker: CWorker;
  let agent: Command;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await CWorker.start('memory', { parameters: [1, 1], limit: 100 });
    writeFileSync(
      folder.config,
      `host: gw01
heartbeat: off
services:
  - { service: files, process: { pid: ${worker.pid} }, resource: nofile, warning: 50% }
  - { service: memory, process: { pid: ${worker.pid} }, resource: as, warning: 50%, critical: 512MiB }
`,
    );
    agent = new Command('-c', folder.config, '--dry-run');
    await agent.until(() => agent.stdout.length === 2);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    folder.remove();
  });

  const limit = (resource: keyof typeof RESOURCES, soft: number) => {
    const { number } = RESOURCES[resource];
    setLimitsOf(worker.pid, number, { soft, hard: limitsOf(worker.pid, number).hard });
  };

  it('are told each by itself, in its unit', async () => {
    expect(agent.stdout.map((line) => line.split('\t').slice(0, 3).join(' ')).toSorted()).toEqual([
      'gw01 files 0',
      'gw01 memory 0',
    ]);
    expect(agent.stdout.join('\n')).toMatch(
      /AS OK - memory\[\d+\] uses \d.* of unlimited address space \|as=\d+B;;536870912;0; as_peak=/,
    );

    limit('as', MIB);
    await agent.until(() => agent.stdout.length === 3);
    expect(agent.stdout[2]).toMatch(
      /^gw01\tmemory\t1\tAS WARNING - memory\[\d+\] uses .* of 1\.0 MiB of address space \(\d+%\) \|as=\d+B;524288;536870912;0;1048576 [^\\]*$/,
    );
    limit('nofile', 4);
    await agent.until(() => agent.stdout.length === 4);
    expect(agent.stdout[3]).toMatch(/^gw01\tfiles\t1\tFDS WARNING - memory\[\d+\] has \d of 4 open files /);
    limit('as', 100 * MIB);
    await agent.until(() => agent.stdout.length === 5);
    expect(agent.stdout[4]).toMatch(/^gw01\tmemory\t0\tAS OK /);
  });
});
