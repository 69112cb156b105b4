/** A service whose range has no level: whatever its process has, it is CRITICAL. */
import { expect, it } from '@jest/globals';
import { AgentFolder } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

it('does not say of a process that lives that it has ended', async () => {
  const folder = new AgentFolder();
  const worker = await Worker.start(100);
  folder.write(
    // Which changes nothing.
    { fds: { pid: worker.pid, keys: 'critical: "@0:", on_critical: { signal: SIGCONT }' } },
    `state_directory: state
status_socket: status.sock
destinations: [{ type: program, run: [sh, -c, 'cat > /dev/null'] }]
`,
  );
  const agent = new Command('-v', '-c', folder.config);
  try {
    const told = () => agent.stderr.find((line) => line.includes('SIGCONT'));
    await agent.until(() => told() !== undefined);
    expect(told()).toContain(String.raw`\nsent SIGCONT to fd-worker[${worker.pid}]`);
  } finally {
    agent.signal('SIGKILL');
    await agent.finished();
    await worker.end();
    folder.remove();
  }
});
