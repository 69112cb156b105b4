import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../rig/programs/command.js';

describe('generate', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generate-'));
    file = join(folder, 'config.yaml');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (service: string) => {
    writeFileSync(
      file,
      `host: gw01\nservices:\n  - { service: "${service}", process: { unit: broker }, resource: nofile, warning: 50 }\n`,
    );
  };

  it.each([
    ['nagios', 'define service {', 'define host {'],
    ['icinga2', 'object Service "broker fds" {', 'object Host "gw01" {'],
  ])('%s prints definitions, of the host as well with --with-host', async (server, service, host) => {
    write('broker fds');
    const plain = await Command.run('generate', server, '-c', file);
    expect(plain).toMatchObject({ status: 0, stderr: [] });
    expect(plain.stdout).toContain(service);
    expect(plain.stdout).not.toContain(host);
    const { stdout } = await Command.run('-c', file, 'generate', server, '--with-host');
    expect(stdout).toEqual(expect.arrayContaining([service, host]));
  });

  it('tells on standard error what the server may not like', async () => {
    write('fds (80%)');
    const { status, stderr } = await Command.run('generate', 'nagios', '-c', file);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: [expect.stringContaining('"fds (80%)": Nagios refuses ( % ) in a name')],
    });
  });

  it.each([
    [['generate'], "missing required argument 'server'"],
    [['generate', 'nagios'], 'give the configuration file: generate nagios -c FILE'],
    [['generate', 'zabbix'], 'Allowed choices are nagios, icinga2'],
    [['generate', 'nagios', '-c', '/nonexistent/file'], '/nonexistent/file: there is no such file'],
    [['generate', 'icinga2', '-c'], "option '-c, --config <file>' argument missing"],
  ])('%j is refused in one line', async (parameters, problem) => {
    const { status, stdout, stderr } = await Command.run(...parameters);
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: [],
      stderr: [expect.stringContaining(problem)],
    });
  });

  it('refuses a name that the server cannot have', async () => {
    write('a!b');
    const { status, stdout, stderr } = await Command.run('generate', 'icinga2', '-c', file);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
    expect(stderr).toEqual([
      expect.stringMatching(/^check_rlimit_passive: service "a!b": an exclamation mark /),
    ]);
  });
});
