import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CentralServer } from '../../../rig/servers/central-server.js';
import { Command } from '../../../rig/programs/command.js';
import { IcingaServer } from '../../../rig/servers/icinga-server.js';
import { NagiosServer } from '../../../rig/servers/nagios-server.js';
import { freePort, NscaDaemon } from '../../../rig/servers/nsca-daemon.js';
import { NscaNgServer } from '../../../rig/servers/nsca-ng-server.js';
import { Worker } from '../../support/worker.js';

const SECRET = 'not a secret';

/** How results come to the server. */
interface Transport {
  /** Of its destination in the configuration file. */
  readonly keys: string;
  /** @param generated what `generate` has printed for the server */
  start(server: CentralServer, port: number, generated: string): Promise<{ stop(): Promise<void> }>;
}

const nsca: Transport = {
  keys: 'type: nsca, encryption: xor, password_file: secret',
  start: ({ commandFile }, port) => NscaDaemon.start({ method: 1, password: SECRET, commandFile, port }),
};

const nscaNg: Transport = {
  keys: 'type: nsca-ng, identity: gw01, key_file: secret',
  start: ({ commandFile }, port, generated) => {
    const [, section = ''] = generated.split(/^# For nsca-ng\.cfg.*$/m);
    const authorize = section.replace(/^# ?/gm, '').replace('"..."', `"${SECRET}"`);
    return NscaNgServer.start({ authorize, commandFile, port });
  },
};

/** Until a server that takes in results once a second has one; more than it needs. */
const SOON = 30_000;

/** Three heartbeats, after which Nagios looks within 5 s and gives 1 s more. */
const QUIET = 25_000;

/** The same, and the time for which a busy server may be late. */
const STALE = 15_000 + 30_000;

describe.each([
  ['Nagios 4', 'nagios', () => Promise.resolve(new NagiosServer()), nsca],
  ['Nagios 4 behind NSCA-ng', 'nagios', () => Promise.resolve(new NagiosServer()), nscaNg],
  ['Icinga 2', 'icinga2', () => IcingaServer.prepare(), nsca],
] as const)('a leak, told to a real %s by what was generated for it', (_name, kind, prepare, transport) => {
  let folder: string;
  let server: CentralServer;
  let receiver: { stop(): Promise<void> } | undefined;
  let worker: Worker;
  let agent: Command | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'central-'));
    server = await prepare();
    worker = await Worker.start(100);
  });

  afterEach(async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
    await worker.end();
    await receiver?.stop();
    receiver = undefined;
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('is OK, WARNING, CRITICAL, OK there, stays OK while it is quiet, is STALE without an agent, and OK again with one', async () => {
    const config = join(folder, 'config.yaml');
    writeFileSync(join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 });
    const port = await freePort();
    writeFileSync(
      config,
      `
host: gw01
heartbeat: 5s
state_directory: ${join(folder, 'state')}
status_socket: ${join(folder, 'status.sock')}
destinations:
  - { ${transport.keys}, server: 127.0.0.1, port: ${port} }
services:
  - { service: broker fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 50, critical: 80% }
`,
    );

    const generated = await Command.run('generate', kind, '--with-host', '-c', config);
    expect(generated).toMatchObject({ status: 0, stderr: [] });
    const definitions = generated.stdout.join('\n') + '\n';
    const checked = server.check(definitions);
    expect(checked.output).not.toMatch(/warning(?!s: 0)|critical\/|error(?!s: +0)/i);
    expect(checked.status).toBe(0);
    await server.start();
    receiver = await transport.start(server, port, definitions);

    const becomes = async (state: string, output: RegExp, within: number) => {
      const isSo = (status: { state: string; output: string }) =>
        status.state === state && output.test(status.output);
      expect(await server.until('broker fds', isSo, within)).toMatchObject({ state });
    };

    agent = new Command('-c', config);
    await becomes('OK', /^FDS OK - /, SOON);
    const { count } = await worker.do('open 0');
    await worker.do(`open ${51 - count}`);
    await becomes('WARNING', /^FDS WARNING - /, SOON);
    await worker.do('open 30');
    await becomes('CRITICAL', /^FDS CRITICAL - /, SOON);
    await worker.do('close 61');
    await becomes('OK', /^FDS OK - /, SOON);

    // A quiet service has its heartbeats: it does not go stale.
    const goesStale = server.until('broker fds', ({ state }) => state !== 'OK', QUIET);
    await expect(goesStale).rejects.toThrow();

    agent.signal('SIGKILL');
    await agent.finished();
    await becomes('UNKNOWN', /STALE - no result from check_rlimit_passive in time/, STALE);

    agent = new Command('-c', config);
    await becomes('OK', /^FDS OK - /, SOON);
  }, 240_000);
});
