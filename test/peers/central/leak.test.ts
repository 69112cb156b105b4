import { describe, expect, it } from '@jest/globals';
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

/** What a story has begun, the last first to end. */
type Ends = (() => unknown)[];

interface Central {
  /** For `generate`. */
  readonly kind: 'nagios' | 'icinga2';
  readonly prepare: () => Promise<CentralServer>;
  readonly transport: Transport;
}

async function story({ kind, prepare, transport }: Central, ends: Ends): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'central-'));
  ends.push(() => {
    rmSync(folder, { recursive: true });
  });
  const server = await prepare();
  ends.push(() => server.stop());
  const worker = await Worker.start(100);
  ends.push(() => worker.end());

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
  const receiver = await transport.start(server, port, definitions);
  ends.push(() => receiver.stop());

  const becomes = async (state: string, output: RegExp, within: number) => {
    const isSo = (status: { state: string; output: string }) =>
      status.state === state && output.test(status.output);
    expect(await server.until('broker fds', isSo, within)).toMatchObject({ state });
  };
  const startAgent = () => {
    const agent = new Command('-c', config);
    const kill = async () => {
      agent.signal('SIGKILL');
      await agent.finished();
    };
    ends.push(kill);
    return kill;
  };

  const killAgent = startAgent();
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

  await killAgent();
  await becomes('UNKNOWN', /STALE - no result from check_rlimit_passive in time/, STALE);

  startAgent();
  await becomes('OK', /^FDS OK - /, SOON);
}

const CENTRALS: readonly (Central & { readonly name: string })[] = [
  { name: 'Nagios 4', kind: 'nagios', prepare: () => Promise.resolve(new NagiosServer()), transport: nsca },
  {
    name: 'Nagios 4 behind NSCA-ng',
    kind: 'nagios',
    prepare: () => Promise.resolve(new NagiosServer()),
    transport: nscaNg,
  },
  { name: 'Icinga 2', kind: 'icinga2', prepare: () => IcingaServer.prepare(), transport: nsca },
];

describe('a leak, told to a real server by what was generated for it', () => {
  // At once, since each is quiet for a minute and has all that it drives for itself.
  it.concurrent.each(CENTRALS)(
    'is OK, WARNING, CRITICAL, OK at $name, stays OK while it is quiet, is STALE without an agent, and OK again with one',
    async (central) => {
      const ends: Ends = [];
      try {
        await story(central, ends);
      } finally {
        for (const end of ends.reverse()) await end();
      }
    },
  );
});
