import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../../rig/programs/command.js';
import { besides, underSilentResolver } from '../support/silent-resolver.js';
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

describe('two servers whose names have no answer do not keep a third one from being found', () => {
  let receiver: Program;
  let found: string;

  beforeEach(async () => {
    receiver = underSilentResolver(folder, 'receive', '--port', '0');
    await receiver.until(() => receiver.stderr.length === 1);
    const port = / port (\d+)$/.exec(receiver.stderr[0] ?? '')?.[1] ?? '';
    found = `localhost:${port}`;
    write(
      'type: nsca, server: nowhere.example.org',
      'type: nsca, server: nobody.example.org',
      `type: nsca, server: localhost, port: ${port}`,
    );
  });

  afterEach(async () => {
    receiver.signal('SIGTERM');
    await receiver.finished();
  });

  it('by the agent', async () => {
    const agent = besides(receiver, '-c', config, '-v');
    try {
      await agent.until(() => agent.stderr.length > 0);
      // Before it is told that the others were given up, after 5 s.
      expect(agent.stderr[0]).toContain(`${found}: sent gw01`);
    } finally {
      agent.signal('SIGTERM');
      expect((await agent.finished()).status).toBe(0);
    }
  });

  it('by doctor, which has tried the kernel before', async () => {
    const { stdout } = await besides(receiver, 'doctor', '-c', config).finished();
    expect(stdout.slice(-3)).toEqual([
      expect.stringMatching(/^nsca nowhere.* no: The name nowhere.example.org has no address/),
      expect.stringMatching(/^nsca nobody.* no: The name nobody.example.org has no address/),
      expect.stringMatching(/^nsca localhost.* it is there/),
    ]);
  });
});
