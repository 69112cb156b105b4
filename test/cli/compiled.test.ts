import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../rig/programs/command.js';

/** A package of its own, so that nobody else's start reads what is broken here. */
let folder: string;
let compiled: string;
let whole: Buffer;

/** V8 says by this flag what it takes of what was compiled before; it is not among those that make another V8. */
const TELLING_NODE = `#!/bin/sh\nexec ${process.execPath} --profile-deserialization "$@"\n`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  const checkout = new URL('../../../', import.meta.url).pathname;
  for (const part of ['dist/bin', 'plugins/check_rlimit_passive', 'packaging/default.yaml', 'package.json']) {
    cpSync(join(checkout, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'nodes'));
  writeFileSync(join(folder, 'nodes/node'), TELLING_NODE, { mode: 0o755 });
  compiled = join(folder, 'dist/bin/main.compiled');
  rmSync(compiled, { force: true });
  const { status, stdout, stderr } = await command('precompile').finished();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: [], stderr: [] });
  whole = readFileSync(compiled);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function command(...parameters: string[]): Program {
  return new Program(join(folder, 'plugins/check_rlimit_passive'), parameters);
}

/** Whether a start takes the compiled code, while the file has these bytes, or is not there. */
async function isTaken(bytes: Uint8Array | undefined): Promise<boolean> {
  rmSync(compiled, { force: true });
  if (bytes) writeFileSync(compiled, bytes);
  const { stdout } = await new Program('env', [
    `PATH=${join(folder, 'nodes')}:${process.env['PATH'] ?? ''}`,
    join(folder, 'plugins/check_rlimit_passive'),
    '--version',
  ]).finished();
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  expect(stdout.at(-1)).toBe(version);
  const size = whole.length - whole.indexOf('\n') - 1;
  return stdout.some((line) => line.startsWith(`[Deserializing from ${String(size)} bytes`));
}

function withOneBitChanged(at: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

it('is taken at the next start', async () => {
  expect(await isTaken(whole)).toBe(true);
});

it('is not taken where it is damaged, cut off, or of another program or Node.js', async () => {
  const damaged = withOneBitChanged(whole.length - 100);
  const ofAnother = withOneBitChanged(1);
  const main = join(folder, 'dist/bin/main.cjs');
  const source = readFileSync(main, 'utf8');
  for (const bytes of [
    undefined,
    damaged,
    ofAnother,
    whole.subarray(0, -1),
    whole.subarray(0, 5),
    Buffer.alloc(0),
  ]) {
    expect(await isTaken(bytes)).toBe(false);
  }
  // Of the same length, which is all that V8 looks at.
  writeFileSync(main, source.replace('"use strict"', '"use strict" '.trimEnd().replaceAll('"', "'")));
  expect(await isTaken(whole)).toBe(false);
  writeFileSync(main, source);
  expect(await isTaken(whole)).toBe(true);
});

it('says in one line why it cannot be written', async () => {
  const asNobody = [
    '--reuid=65534',
    '--clear-groups',
    join(folder, 'plugins/check_rlimit_passive'),
    'precompile',
  ];
  chmodSync(folder, 0o755);
  const { status: refused, stderr: why } = await new Program('setpriv', asNobody).finished();
  expect(why).toEqual([
    expect.stringMatching(/^check_rlimit_passive: .*main\.compiled cannot be written: EACCES/),
  ]);
  expect(refused).toBe(3);
  expect(readdirSync(join(folder, 'dist/bin')).filter((name) => name.startsWith('main.compiled.'))).toEqual(
    [],
  );
  rmSync(compiled, { force: true });
  mkdirSync(compiled);
  const { status, stdout, stderr } = await command('precompile').finished();
  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: [],
    stderr: [expect.stringMatching(/^check_rlimit_passive: .*main\.compiled cannot be written: /)],
  });
});
