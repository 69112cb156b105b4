import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underSilentResolver } from '../support/silent-resolver.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(90));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hung-name-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('a server whose name has no answer keeps neither another destination nor the end of the agent', async () => {
  const [config, taken] = ['config.yaml', 'taken'].map((name) => join(folder, name)) as [string, string];
  writeFileSync(taken, '#!/bin/sh\nexec cat >&2\n', { mode: 0o755 });
  writeFileSync(
    config,
    `
host: gw01
state_directory: ${join(folder, 'state')}
status_socket: ${join(folder, 'status.sock')}
destinations:
  - { type: nsca, server: nowhere.example.org }
  - { type: program, run: [${taken}] }
services:
  - { service: fds, process: { pid: ${process.pid} }, resource: nofile, warning: 100000 }
`,
  );
  const agent = underSilentResolver(folder, '-c', config, '-v');
  await agent.until(() => agent.stderr.some((line) => line.includes(`${taken}: sent gw01`)));
  const start = performance.now();
  agent.signal('SIGTERM');
  expect((await agent.finished()).status).toBe(0);
  // It would be 150 s.
  expect(performance.now() - start).toBeLessThan(seconds(20));
});
