import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { icinga2 } from '../../../src/destinations/icinga2.js';
import { Command } from '../../../rig/programs/command.js';
import { IcingaServer } from '../../../rig/servers/icinga-server.js';
import { ICINGAS } from '../../../rig/servers/icingas.js';
import { Worker } from '../../support/worker.js';

const NAMES = ['one', 'two', 'three'];
const PASSWORD = 'not a secret';

describe.each(ICINGAS)('$name, which does not take everything', (icinga) => {
  let folder: string;
  let server: IcingaServer;
  let workers: Worker[];
  let agent: Command | undefined;

  const file = (name: string) => join(folder, name);
  const settings = () =>
    ({
      type: 'icinga2',
      urls: [{ url: server.url, serverName: server.name }],
      user: 'gw01',
      passwordFile: file('password'),
      caFile: server.authority.ca,
    }) as const;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icinga2-'));
    server = await IcingaServer.prepare(icinga);
    workers = await Promise.all(NAMES.map(() => Worker.start(100)));
    writeFileSync(file('password'), PASSWORD, { mode: 0o600 });
  });

  afterEach(async () => {
    agent?.signal('SIGKILL');
    await agent?.finished();
    await Promise.all(workers.map((worker) => worker.end()));
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const define = (names: readonly string[], permissions = '"actions/process-check-result"') => {
    const services = names.map(
      (name) => `object Service "${name}" { import "rlimit-service"; host_name = "gw01" }\n`,
    );
    const { output, status } = server.check(`
object ApiUser "gw01" { password = "${PASSWORD}"; permissions = [ ${permissions} ] }
object Host "gw01" { check_command = "passive" }
${services.join('')}`);
    expect({ output, status }).toMatchObject({ status: 0 });
  };

  const run = (heartbeat: string) => {
    const services = workers.map(
      ({ pid }, index) =>
        `  - { service: ${NAMES[index]}, process: { pid: ${pid} }, resource: nofile, warning: 50, critical: 80 }\n`,
    );
    writeFileSync(
      file('config.yaml'),
      `host: gw01
heartbeat: ${heartbeat}
state_directory: ${file('state')}
status_socket: ${file('status.sock')}
destinations:
  - { type: icinga2, url: "${server.url}", user: gw01, password_file: password, ca_file: ${server.authority.ca}, server_name: ${server.name} }
services:
${services.join('')}`,
    );
    return (agent = new Command('-c', file('config.yaml'), '-v'));
  };

  const said = async (pattern: RegExp, times = 1) => {
    const lines = () => agent?.stderr.filter((line) => pattern.test(line)) ?? [];
    await agent?.until(() => lines().length >= times);
    return lines();
  };

  it('since it does not know a service gets the others, is told of once, and gets that one with a heartbeat', async () => {
    define(['one', 'three']);
    await server.start();
    run('1s');
    expect(await said(/refuses two of gw01/)).toEqual([
      expect.stringMatching(/each next result of it is tried again: it knows no such service/),
    ]);
    await said(/: sent gw01\tthree/);
    await workers[2]?.do('open 90');
    await server.until('three', ({ state }) => state === 'CRITICAL', 30_000);
    define(NAMES);
    await server.reload();
    await said(/: takes two of gw01 again/);
    await server.until('two', ({ state }) => state === 'OK', 30_000);
    expect(agent?.stderr.filter((line) => line.includes('refuses'))).toHaveLength(1);
  });

  it('since the user may not submit refuses each service, and says so when it is asked', async () => {
    define(NAMES, '"objects/query/Service"');
    await server.start();
    run('off');
    const refusals = () =>
      agent?.stderr.filter((line) =>
        /refuses (one|two|three) of gw01, .*or none that this user/.test(line),
      ) ?? [];
    // 2.16, and 2.14.6 as Debian's trixie has it, tell a permission that is missing from a service that is not there.
    const missing = () =>
      agent?.stderr.filter((line) =>
        line.includes('refuses: Missing permission: actions/process-check-result; add it'),
      ) ?? [];
    await agent?.until(() => refusals().length === NAMES.length || missing().length === 1);
    expect(await icinga2.examine?.(settings(), [], AbortSignal.timeout(10_000))).toEqual([
      { status: 'failed', text: expect.stringMatching(/^Icinga r2\S+ knows gw01, who has no permission/) },
    ]);
  });

  it('tells of each service whether it would be taken, and nothing is changed by that', async () => {
    define(['one'], '{ permission = "actions/*", filter = {{ host.name == "gw01" }} }');
    await server.start();
    const services = ['one', 'two'].map((service) => ({ host: 'gw01', service }));
    expect(await icinga2.examine?.(settings(), services, AbortSignal.timeout(10_000))).toEqual([
      { status: 'ok', text: expect.stringMatching(icinga.version) },
      { status: 'ok', text: 'takes results of one of gw01' },
      { status: 'failed', text: expect.stringMatching(/^refuses two of gw01: it knows no such service/) },
    ]);
    const result = (await server.attributesOf('one')).last_check_result;
    expect(result?.active ?? true).toBe(true);
  });

  it('since the password is another says so in one line, without it, and is not asked again soon', async () => {
    define(NAMES);
    await server.start();
    writeFileSync(file('password'), 'a wrong one');
    run('off');
    expect(await said(/does not know who asks/)).toEqual([
      expect.stringMatching(/compare the user and the password.*\(3 results wait, next try in [23]\d s\)$/),
    ]);
    expect(agent?.stderr.join('\n')).not.toContain('a wrong one');
  });
});
