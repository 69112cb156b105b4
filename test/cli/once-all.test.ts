import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { Command } from '../../rig/programs/command.js';
import { AgentFolder } from '../support/agent-config.js';
import { Worker } from '../support/worker.js';

let folder: AgentFolder;
let worker: Worker;

beforeEach(async () => {
  folder = new AgentFolder();
  worker = await Worker.start(100);
  const { count } = await worker.do('open 0');
  await worker.do(`open ${100 - count}`);
});

afterEach(async () => {
  await worker.end();
  folder.remove();
});

it('--once finds the worst of all, which is not the agent, and leaves it out where it is allowed too little', async () => {
  const all = await Command.run('--once', '--all', '-w', '98%', '-c', '99%');
  expect(all).toEqual({
    status: 2,
    stdout: [expect.stringContaining(`FDS CRITICAL - fd-worker[${worker.pid}] has 100 of 100 open files`)],
    stderr: [],
  });
  writeFileSync(
    folder.config,
    'services: [{ service: x, process: all, resource: nofile, warning: 98%, least_limit: 101 }]',
  );
  const rest = await Command.run('--once', '--dry-run', '-c', folder.config);
  expect(rest.stdout.at(-1)).toMatch(/^FDS OK - /);
  expect(rest.stdout.join()).not.toContain(`fd-worker[${worker.pid}]`);
});
