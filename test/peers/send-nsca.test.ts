import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf } from '../../src/services/index.js';
import { Command } from '../../rig/programs/command.js';
import { NscaDaemon } from '../../rig/servers/nsca-daemon.js';
import { sendNsca } from '../../rig/servers/send-nsca.js';
import { Worker } from '../support/worker.js';

/** What --dry-run prints is what Debian's send_nsca reads. */
describe('lines for send_nsca -ds 0x0a', () => {
  let folder: string;
  let daemon: NscaDaemon;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'send-nsca-'));
    daemon = await NscaDaemon.start({ method: 1 });
  });

  afterEach(async () => {
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  const send = async (lines: readonly string[]) => {
    const sent = await sendNsca(
      { port: daemon.port, method: 1, options: ['-ds', '0x0a'] },
      lines.map((line) => `${line}\n`).join(''),
    );
    expect(sent).toEqual({
      status: 0,
      stdout: expect.stringContaining(`${lines.length} data packet(s) sent`),
    });
  };

  it('a dry run, from the agent', async () => {
    const worker = await Worker.start(100);
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `host: gw01\nservices:\n  - { service: broker fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 50 }\n`,
    );
    const agent = new Command('-c', config, '--dry-run');
    try {
      await agent.until(() => agent.stdout.length === 1);
      await worker.do('open 60');
      await agent.until(() => agent.stdout.length === 2);
      await send(agent.stdout);
      const results = await daemon.until(2);
      expect(results).toMatchObject([
        { host: 'gw01', service: 'broker fds', returnCode: 0 },
        { host: 'gw01', service: 'broker fds', returnCode: 1 },
      ]);
      // send_nsca passes the two characters on, and nsca escapes the backslash.
      const written = (output: string) => output.replaceAll(String.raw`\n`, String.raw`\\n`);
      expect(results.map(({ output }) => output)).toEqual(
        agent.stdout.map((line) => written(line.split('\t')[3] ?? '')),
      );
    } finally {
      agent.signal('SIGKILL');
      await agent.finished();
      await worker.end();
    }
  });

  it('a newline in the output makes no second result', async () => {
    await send([
      lineOf({ host: 'gw01', service: 'broker fds', returnCode: 2, lines: ['first |a=1', 'second'] }),
      lineOf({ host: 'gw01', service: 'other', returnCode: 0, lines: ['next'] }),
    ]);
    const results = await daemon.until(2);
    // send_nsca passes the backslash on, and the daemon escapes it: Nagios shows it as it is written.
    expect(results).toEqual([
      { host: 'gw01', service: 'broker fds', returnCode: 2, output: String.raw`first |a=1\\nsecond` },
      { host: 'gw01', service: 'other', returnCode: 0, output: 'next' },
    ]);
  });
});
