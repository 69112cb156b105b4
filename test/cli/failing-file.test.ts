import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { AgentFolder } from '../support/agent-config.js';
import { COMMAND, Program } from '../../rig/programs/command.js';

/** Of its own network namespace: it can be executed and opened, and reading it fails, as on a disk that does. */
const FAILING = '/sys/class/net/lo/speed';
const MAKE = `mount -t sysfs none /sys && chmod 755 ${FAILING}`;

let folder: AgentFolder;

beforeEach(() => {
  folder = new AgentFolder();
});

afterEach(() => {
  folder.remove();
});

it('a program whose file cannot be read does not end the agent, which says so', async () => {
  writeFileSync(
    folder.config,
    `host: gw01\nservices:\n  - { service: fds, process: { exe: ${FAILING} }, resource: nofile, warning: 50 }\n`,
  );
  const agent = new Program('unshare', [
    ...['--net', '--mount', 'sh', '-c', `${MAKE} && exec "$0" -c "$1" --dry-run`, COMMAND, folder.config],
  ]);
  await agent.until(() => agent.stdout.length === 1);
  expect(agent.stderr).toEqual([
    `check_rlimit_passive: warning: ${FAILING} cannot be read: EINVAL: invalid argument, read`,
  ]);
  agent.signal('SIGTERM');
  expect((await agent.finished()).status).toBe(0);
});
