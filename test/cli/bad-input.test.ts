import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../rig/programs/command.js';

const PROGRAM = 'check_rlimit_passive: ';

describe('bad input gets one clear line and status 3', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[string[], string]>([
    [[], 'give the configuration file: check_rlimit_passive -c FILE, or see --help'],
    [['--bogus'], "unknown option '--bogus'"],
    [['frobnicate'], 'there is no such command: see --help'],
    [['events', '--level', '5'], "required option '--pid <pid>' not specified"],
    [['events', '--pid', '1'], 'give at least one --level or a --step'],
    [['events', '--pid', '-5', '--level', '5'], "option '--pid <pid>' argument '-5' is invalid"],
    [['events', '--pid', '1', '--level', '0'], 'a level must be a whole number of at least 1, not 0'],
    [['events', '--pid', '1', '--level', '101%'], 'a share must be from 0% to 100%'],
    [
      ['events', '--pid', '1', '--level', '5', '--resource', 'fsize'],
      '--resource: "fsize" limits a single value rather than something used up; write one of nofile, as',
    ],
    [['events', '--pid', '4194305', '--level', '5'], 'there is no process 4194305'],
    [
      ['events', '--pid', '1', '--step', '0'],
      '--step: "0" is not a step: give a whole number from 1 on, such as 50',
    ],
    [
      ['events', '--pid', '1', '--level', '5', '--attach', 'audit'],
      'Allowed choices are auto, fentry, kprobe',
    ],
    [['-c', '/nonexistent/file'], '/nonexistent/file: there is no such file'],
    [['-c', '/nonexistent/file', 'status'], '/nonexistent/file: there is no such file'],
    [['--resource', 'nproc', 'events', '--pid', '1', '--step', '1'], '--resource goes behind events'],
    [['-H', 'gw02', 'generate', 'nagios', '-c', 'FILE'], 'generate takes no --hostname'],
    [['config'], 'give one of check, show and schema, such as: config check FILE'],
    [['config', 'chekc', 'x'], 'there is no such command: see --help'],
    [['config', 'check', 'a', 'b'], 'too many words after check: see its --help'],
    [['history', 'gw01'], 'too many words after history: see its --help'],
    [['config', 'check'], "missing required argument 'file'"],
    [['config', 'check', '/nonexistent/file'], '/nonexistent/file: there is no such file'],
    [['config', 'show', '/nonexistent/file'], '/nonexistent/file: there is no such file'],
    [['receive', '--encryption', 'rot13'], 'nsca has no encryption method "rot13"'],
    [['receive', '--port', '70000'], 'A port is a whole number from 0 to 65535.'],
  ])('%j', async (parameters, message) => {
    const { status, stdout, stderr } = await Command.run(...parameters);
    expect(stderr).toEqual([expect.stringContaining(message)]);
    expect(stderr[0]).toMatch(new RegExp(`^${PROGRAM}`));
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  });

  it.each<[string, string, string]>([
    ['an unknown key', 'services:\n  - servise: x\n', ':2:5: '],
    [
      'a wrong value',
      'services:\n  - { service: x, process: { pid: 1 }, resource: nofile, warning: many }\n',
      ':2:',
    ],
    [
      'a process that does not exist',
      'services:\n  - { service: x, process: { pid: 4194303 }, resource: nofile, warning: 5 }\n',
      'there is no process 4194303',
    ],
  ])('%s in the file', async (_what, text, place) => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, text);
    const { status, stdout, stderr } = await Command.run('-c', file, '--dry-run');
    expect(stderr).toEqual([expect.stringContaining(place)]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  });

  it.each([['-h'], ['--help'], ['-V'], ['--version']])(
    '%s prints to standard output, with status 3',
    async (flag) => {
      const { status, stdout, stderr } = await Command.run(flag);
      expect({ status, stderr }).toEqual({ status: 3, stderr: [] });
      expect(stdout.length).toBeGreaterThan(0);
    },
  );
});
