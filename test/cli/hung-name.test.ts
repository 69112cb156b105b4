import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underSilentResolver } from '../support/silent-resolver.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(90));

let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hung-name-'));
  config = join(folder, 'config.yaml');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(...destinations: readonly string[]): void {
  writeFileSync(
    config,
    `
host: gw01
state_directory: ${join(folder, 'state')}
status_socket: ${join(folder, 'status.sock')}
destinations:
${destinations.map((each) => `  - { ${each} }\n`).join('')}
services:
  - { service: fds, process: { pid: ${process.pid} }, resource: nofile, warning: 100000 }
`,
  );
}

it('a server whose name has no answer keeps neither another destination nor the end of the agent', async () => {
  const taken = join(folder, 'taken');
  writeFileSync(taken, '#!/bin/sh\nexec cat >&2\n', { mode: 0o755 });
  write('type: nsca, server: nowhere.example.org', `type: program, run: [${taken}]`);
  const agent = underSilentResolver(folder, '-c', config, '-v');
  await agent.until(() => agent.stderr.some((line) => line.includes(`${taken}: sent gw01`)));
  const start = performance.now();
  agent.signal('SIGTERM');
  expect((await agent.finished()).status).toBe(0);
  // It would be 150 s.
  expect(performance.now() - start).toBeLessThan(seconds(10));
});

it('nor that of --once', async () => {
  write('type: nsca, server: nowhere.example.org');
  const start = performance.now();
  const { status, stdout, stderr } = await underSilentResolver(folder, '--once', '-c', config).finished();
  expect(stdout).toEqual([expect.stringMatching(/^FDS OK - /)]);
  expect(stderr).toEqual([expect.stringContaining('The name nowhere.example.org has no address')]);
  expect(status).toBe(0);
  expect(performance.now() - start).toBeLessThan(seconds(10));
});
