/** A program of the administrator's as a destination of the agent. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFolder } from '../support/agent-config.js';
import { Command } from '../../rig/programs/command.js';
import { Worker } from '../support/worker.js';

let folder: AgentFolder;
let worker: Worker;
let agent: Command;

beforeEach(async () => {
  folder = new AgentFolder();
  worker = await Worker.start(100);
  const script = '[ -e way-out ] || { echo no way out >&2; exit 4; }; cat >> got';
  folder.write(
    { fds: { pid: worker.pid, keys: 'warning: 50' } },
    `state_directory: state
status_socket: status.sock
destinations:
  - { type: program, run: [sh, -c, 'cd "$0"; ${script}', ${folder.path}], format: lines }
  - { type: program, run: [sh, -c, 'cat >> "$0"/json', ${folder.path}], format: json }
`,
  );
  agent = new Command('-v', '-c', folder.config);
});

afterEach(async () => {
  agent.signal('SIGKILL');
  await agent.finished();
  await worker.end();
  folder.remove();
});

const got = (name: string) => readFileSync(join(folder.path, name), 'utf8').trimEnd().split('\n');
const heard = (text: string, times = 1) =>
  agent.until(() => agent.stderr.filter((line) => line.includes(text)).length >= times);

it('gets each result, and the newest after it has failed', async () => {
  await heard('warning: program sh: exit code 4: no way out (1 result waits, next try in ');
  await worker.do('open 60');
  // To the other it has gone already.
  await heard('program sh: sent gw01\tfds\t1\t');
  expect(existsSync(join(folder.path, 'got'))).toBe(false);

  writeFileSync(join(folder.path, 'way-out'), '');
  await heard('program sh: delivers again');
  await heard('program sh: sent gw01\tfds\t1\t', 2);
  await worker.do('close 60');
  await heard('program sh: sent gw01\tfds\t0\t', 3);

  expect(got('got')).toEqual([
    expect.stringMatching(/^gw01\tfds\t1\tFDS WARNING - fd-worker\[\d+\] has \d+ of 100 open files/),
    expect.stringMatching(/^gw01\tfds\t0\tFDS OK - /),
  ]);
  const states = got('json').map((line) => (JSON.parse(line) as { state: string }).state);
  expect(states).toEqual(['OK', 'WARNING', 'OK']);
  agent.signal('SIGTERM');
  expect((await agent.finished()).status).toBe(0);
});
