import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeElsewhere } from '../../../src/mounts/index.js';

let folder: string;
/** With what a shell could take for something else. */
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
  path = join(folder, 'state', "-a $(b) 'c' ü.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('replaces a file as a whole, for nobody else to read, and makes its folder', async () => {
  const long = 'ü\n'.repeat(100_000);
  for (const text of ['one\n', long]) {
    expect(await writeElsewhere(path, text)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  expect([join(folder, 'state'), path].map((each) => (statSync(each).mode & 0o777).toString(8))).toEqual([
    '700',
    '600',
  ]);
  expect(readdirSync(join(folder, 'state'))).toHaveLength(1);
});

it('takes it away, also where it is not', async () => {
  await writeElsewhere(path, 'one');
  for (let times = 0; times < 2; times++) {
    expect(await writeElsewhere(path, '')).toBe(true);
    expect(existsSync(path)).toBe(false);
  }
});

it('says what the system says, and leaves the old file and no half of a new one', async () => {
  await expect(writeElsewhere(join('/dev/null', 'state', 'file'), 'one')).rejects.toMatchObject({
    code: 'Not a directory',
  });
  await writeElsewhere(path, 'one');
  execFileSync('mkdir', [`${path}.tmp`]);
  await expect(writeElsewhere(path, 'two')).rejects.toMatchObject({ code: 'Is a directory' });
  expect(readFileSync(path, 'utf8')).toBe('one');
});

it.each([
  [
    'a pipe',
    (temporary: string) => {
      execFileSync('mkfifo', [temporary]);
    },
  ],
  [
    'a link',
    (temporary: string) => {
      symlinkSync(join(folder, 'other'), temporary);
    },
  ],
])('follows %s that is beside it nowhere', async (_what, make) => {
  await writeElsewhere(path, 'one');
  writeFileSync(join(folder, 'other'), 'of somebody else');
  make(`${path}.tmp`);
  expect(await writeElsewhere(path, 'two')).toBe(true);
  expect([path, join(folder, 'other')].map((each) => readFileSync(each, 'utf8'))).toEqual([
    'two',
    'of somebody else',
  ]);
});
