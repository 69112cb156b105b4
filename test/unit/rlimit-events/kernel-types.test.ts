import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTypes } from '../../../src/rlimit-events/loading/kernel-types.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'types-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('a pipe in the place of the file with the types is not waited for', () => {
  const file = join(folder, 'kernel.btf');
  execFileSync('mkfifo', [file]);
  expect(() => kernelTypes(file)).toThrow(`${file} cannot be read (it is a pipe)`);
});
