import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Program, type Finished } from '../../rig/programs/command.js';

/** What only V8 promises, and so nobody. */
const UNPROMISED = /^--(no-|interrupt-budget=|invocation-count-)/;
const COLLECTING = ['--no-memory-reducer', '--no-compact-on-every-full-gc', '--no-stress-flush-code'];

const COMMANDS: [string, string[]][] = [
  ['--version', ['--version']],
  ['--help', ['--help']],
  ['--once', ['--once', '--pid', String(process.pid), '-w', '100%']],
];

describe('flags of Node.js', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'node-flags-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the command by a node that does something before it is the real one. */
  const runBy = (before: string, parameters: readonly string[]): Promise<Finished> => {
    writeFileSync(join(folder, 'node'), `#!/bin/sh\n${before}\nexec '${process.execPath}' "$@"\n`, {
      mode: 0o755,
    });
    return new Program(COMMAND, parameters, { PATH: `${folder}:${process.env['PATH'] ?? ''}` }).finished();
  };

  /** With what flags this node is started in the end. */
  const flagsGiven = async (before: string): Promise<string[]> => {
    const log = join(folder, 'log');
    await runBy(`${before}\necho "$*" >'${log}'`, ['--version']);
    return readFileSync(log, 'utf8')
      .split(' ')
      .filter((word) => UNPROMISED.test(word));
  };

  it.each(COMMANDS)('%s says nothing on standard error', async (_name, parameters) => {
    const { stdout, stderr } = await new Program(COMMAND, parameters).finished();
    expect(stderr).toEqual([]);
    expect(stdout).not.toEqual([]);
  });

  it('this node gets those of its V8, which put off waking up and optimizing', async () => {
    const flags = await flagsGiven('');
    const late = flags.splice(COLLECTING.length);
    expect(flags).toEqual(COLLECTING);
    expect(late.length).toBeGreaterThan(0);
    const v8 = Number(process.versions.v8.split('.')[0]);
    for (const flag of late) expect(flag.startsWith('--interrupt-budget=')).toBe(v8 < 12);
  });

  describe.each([
    ['none of them', '--no-*|--interrupt-budget=*|--invocation-count-*', []],
    ['nothing of optimizing', '--interrupt-budget=*|--invocation-count-*', COLLECTING],
  ])('a node that knows %s', (_name, pattern, expected) => {
    const before = `for flag; do case $flag in ${pattern}) echo "node: bad option: $flag" >&2; exit 9 ;; esac; done`;

    it.each(COMMANDS)('%s works without', async (_name, parameters) => {
      const usual = await new Program(COMMAND, parameters).finished();
      const { status, stderr } = await runBy(before, parameters);
      expect({ status, stderr }).toEqual({ status: usual.status, stderr: [] });
    });

    it('gets no other', async () => {
      expect(await flagsGiven(before)).toEqual(expected);
    });
  });
});
