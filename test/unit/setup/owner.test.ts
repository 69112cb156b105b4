import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedTo } from '../../../plugins/setup/owner.js';

describe('what keeps the service from a file', () => {
  let folder: string;
  const at = (...names: string[]) => join(folder, ...names);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'owner-'));
    chmodSync(folder, 0o755);
    for (const [name, mode] of [
      ['open', 0o755],
      ['shut', 0o700],
    ] as const) {
      mkdirSync(at(name));
      writeFileSync(at(name, 'for-all'), '');
      writeFileSync(at(name, 'for-one'), '');
      chmodSync(at(name, 'for-all'), 0o644);
      chmodSync(at(name, 'for-one'), 0o400);
      chmodSync(at(name), mode);
    }
    symlinkSync(at('shut', 'for-all'), at('open', 'link'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const SOMEBODY = { uid: 54321, gid: 54321 };

  it('is nothing where all may read it, or it is its own', async () => {
    const { uid, gid } = statSync(folder);
    expect(await closedTo(SOMEBODY, at('open', 'for-all'))).toBeUndefined();
    expect(await closedTo({ uid, gid: 54321 }, at('shut', 'for-one'))).toBeUndefined();
    expect(await closedTo({ uid: 54321, gid }, at('open', 'for-all'))).toBeUndefined();
  });

  it('is the file, or a folder above it, also that of what a link leads to', async () => {
    expect(await closedTo(SOMEBODY, at('open', 'for-one'))).toBe(at('open', 'for-one'));
    expect(await closedTo(SOMEBODY, at('shut', 'for-all'))).toBe(at('shut'));
    expect(await closedTo(SOMEBODY, at('open', 'link'))).toBe(at('shut'));
  });
});
