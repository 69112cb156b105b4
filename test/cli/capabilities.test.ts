import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { AgentFolder } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { attachMode } from '../support/where.js';
import { Worker } from '../support/worker.js';

/** nobody and nogroup of Debian. */
const NOBODY = 65_534;
const capabilities = '-all,+bpf,+perfmon';

/** As the unit file has it: an unprivileged user, who has CAP_BPF and CAP_PERFMON and can get no more. */
const UNPRIVILEGED = [
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  `--bounding-set=${capabilities}`,
  `--inh-caps=${capabilities}`,
  `--ambient-caps=${capabilities}`,
  '--no-new-privs',
];
/** 1 << 38 (CAP_PERFMON) and 1 << 39 (CAP_BPF), linux/capability.h. */
const BPF_AND_PERFMON = '000000c000000000';

describe('an unprivileged user with CAP_BPF and CAP_PERFMON', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let agent: Program;

  beforeEach(async () => {
    folder = new AgentFolder();
    chownSync(folder.path, NOBODY, NOBODY);
    worker = await Worker.start(100);
    folder.write({ fds: { pid: worker.pid, keys: 'warning: 50, critical: 80%' } });
    chmodSync(folder.config, 0o644);
    const parameters = ['-c', folder.config, '--dry-run', '--attach', attachMode];
    agent = new Program('setpriv', [...UNPRIVILEGED, COMMAND, ...parameters], folder.environment);
    await agent.until(() => agent.stdout.length === 1);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    folder.remove();
  });

  it("watches root's process, reloads and ends", async () => {
    const status = readFileSync(`/proc/${agent.pid}/status`, 'utf8');
    for (const line of [`CapEff:\t${BPF_AND_PERFMON}`, `CapBnd:\t${BPF_AND_PERFMON}`, `Uid:\t${NOBODY}\t`])
      expect(status).toContain(line);

    const { count } = await worker.do('open 0');
    await worker.do(`open ${60 - count}`);
    await agent.until(() => agent.stdout.length === 2);
    agent.signal('SIGHUP');
    await agent.until(() => agent.stdout.length === 3);
    await worker.do('open 30');
    await agent.until(() => agent.stdout.length === 4);
    agent.signal('SIGTERM');
    expect(await agent.finished()).toMatchObject({
      status: 0,
      stderr: ['check_rlimit_passive: the configuration was read again'],
    });
    expect(agent.stdout.map((line) => line.split('\t')[2])).toEqual(['0', '1', '1', '2']);
  });
});
