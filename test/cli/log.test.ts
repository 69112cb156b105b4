import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentFolder, NOWHERE } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

/** Runs the command with its standard error named as the journal's stream, as systemd does. */
const IN_JOURNAL = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$0" "$@"';
/** A child of a service has the variable, and another standard error. */
const INHERITED = 'JOURNAL_STREAM=1:2 exec "$0" "$@"';

describe('the log on standard error', () => {
  let folder: AgentFolder;
  let worker: Worker;
  let agent: Program | undefined;

  beforeEach(async () => {
    folder = new AgentFolder();
    worker = await Worker.start(100);
    folder.write({ fds: { pid: worker.pid, keys: 'warning: 50' } }, NOWHERE);
  });

  afterEach(async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
    await worker.end();
    folder.remove();
  });

  const start = (shell: string, ...parameters: string[]) => {
    const environment = { RUNTIME_DIRECTORY: '/proc/nowhere', STATE_DIRECTORY: folder.path };
    agent = new Program('sh', ['-c', shell, COMMAND, ...parameters], environment);
    return agent;
  };
  const socketWarning = 'the status socket /proc/nowhere/status.sock cannot be made: ';

  it("has the journal's levels in the journal", async () => {
    const running = start(IN_JOURNAL, '-c', folder.config);
    await running.until(() => running.stderr.some((line) => line.includes(socketWarning)));
    running.signal('SIGHUP');
    await running.until(() => running.stderr.some((line) => line.includes('read again')));
    expect(running.stderr).toContainEqual(expect.stringMatching(new RegExp(`^<4>${socketWarning}`)));
    expect(running.stderr).toContain('<5>the configuration was read again');
  });

  it('has words elsewhere, whatever a service has left in the environment', async () => {
    const running = start(INHERITED, '-c', folder.config);
    const line = `check_rlimit_passive: warning: ${socketWarning}`;
    await running.until(() => running.stderr.some((each) => each.startsWith(line)));
  });

  it.each([
    [IN_JOURNAL, '<3>'],
    [INHERITED, 'check_rlimit_passive: '],
  ])('tells there what keeps it from starting, too: %s', async (shell, prefix) => {
    const { status, stderr } = await start(shell, '-c', '/nonexistent').finished();
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: [`${prefix}/nonexistent: there is no such file; write it or name another`],
    });
  });
});
