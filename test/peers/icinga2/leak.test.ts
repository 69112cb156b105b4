import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../../rig/programs/command.js';
import { IcingaServer, type Processed } from '../../../rig/servers/icinga-server.js';
import { ICINGAS } from '../../../rig/servers/icingas.js';
import { Worker } from '../../support/worker.js';

/** More than a busy server takes for a result. */
const SOON = 30_000;
/** Two heartbeats, after which Icinga looks at once, and the time for which a busy server may be late. */
const STALE = 10_000 + 30_000;

describe.each(ICINGAS)(
  'a leak, told to a real $name by its API, to the ApiUser that was generated',
  (icinga) => {
    let folder: string;
    let config: string;
    let server: IcingaServer;
    let worker: Worker;
    let agent: Command | undefined;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'icinga2-'));
      server = await IcingaServer.prepare(icinga);
      worker = await Worker.start(100);
      config = join(folder, 'config.yaml');
    });

    afterEach(async () => {
      agent?.signal('SIGKILL');
      await agent?.finished();
      await worker.end();
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    const configure = (keys: string) => {
      writeFileSync(
        config,
        `
host: gw01
heartbeat: 5s
state_directory: ${join(folder, 'state')}
status_socket: ${join(folder, 'status.sock')}
destinations:
  - { type: icinga2, url: "${server.url}", ca_file: ${server.authority.ca}, server_name: ${server.name}, ${keys} }
services:
  - { service: broker fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 50, critical: 80% }
`,
      );
    };

    const begin = async (edit = (definitions: string) => definitions) => {
      const generated = await Command.run('generate', 'icinga2', '--with-host', '-c', config);
      expect(generated).toMatchObject({ status: 0, stderr: [] });
      const checked = server.check(edit(generated.stdout.join('\n') + '\n'));
      expect(checked.output).not.toMatch(/warning(?!s: 0)|critical\/|error(?!s: +0)/i);
      expect(checked.status).toBe(0);
      await server.start();
    };

    const becomes = async (state: string, output: RegExp, within = SOON) => {
      const isSo = (status: { state: string; output: string }) =>
        status.state === state && output.test(status.output);
      expect(await server.until('broker fds', isSo, within)).toMatchObject({ state });
    };

    it('is OK, WARNING, CRITICAL, OK there, with perfdata, is STALE by its ttl without an agent, and OK again with one', async () => {
      const password = join(folder, 'api.password');
      writeFileSync(password, 'a "secret"\\\n', { mode: 0o600 });
      configure(`user: gw01, password_file: ${password}`);
      await begin((definitions) =>
        definitions.replace('password = ""', String.raw`password = "a \"secret\"\\"`),
      );

      const results = new EventEmitter();
      const processed = await server.watch(() => results.emit('one'));
      agent = new Command('-c', config);
      await becomes('OK', /^FDS OK - [^|]*$/);
      const { count } = await worker.do('open 0');
      await worker.do(`open ${51 - count}`);
      await becomes('WARNING', /^FDS WARNING - [^|]*$/);
      expect(await server.attributesOf('broker fds')).toMatchObject({
        check_attempt: 1,
        last_check_result: {
          performance_data: ['fds=51;50;80;0;100', 'fds_peak=51;50;80;0;100'],
          check_source: 'gw01',
          ttl: 10,
          active: false,
        },
      });
      await worker.do('open 30');
      await becomes('CRITICAL', /^FDS CRITICAL - [^|]*$/);
      // What is held may follow the state, where something else is just being gathered; a heartbeat after it has it no more.
      const tellsOfHeld = ({ output }: Processed) =>
        output.startsWith('FDS CRITICAL - ') && output.includes('\nholds 81 descriptors');
      while (!processed.some(tellsOfHeld)) await once(results, 'one');
      await worker.do('close 61');
      await becomes('OK', /^FDS OK - /);

      agent.signal('SIGKILL');
      await agent.finished();
      await becomes('UNKNOWN', /STALE - no result from check_rlimit_passive in time/, STALE);
      agent = new Command('-c', config);
      await becomes('OK', /^FDS OK - /);
      expect(agent.stderr).toEqual([]);
    });

    it('arrives from who proves himself by a certificate', async () => {
      const { cert, key } = server.authority.issue('gw01');
      configure(`cert_file: ${cert}, key_file: ${key}`);
      await begin();
      agent = new Command('-c', config);
      await becomes('OK', /^FDS OK - /);
      await worker.do('open 90');
      await becomes('CRITICAL', /^FDS CRITICAL - /);
      expect(agent.stderr).toEqual([]);
    });
  },
);
