/** What npm runs after each install: a tree that git does not trust is built all the same. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKOUT = new URL('../../../', import.meta.url).pathname;
/** nobody and nogroup of Debian. */
const NOBODY = 65_534;

describe('scripts/install-git-hooks', () => {
  let folder: string;
  let clone: string;
  let env: Record<string, string>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'git-hooks-'));
    clone = join(folder, 'clone');
    const home = join(folder, 'home');
    mkdirSync(home);
    // Nobody's settings: in root's own all folders can be trusted.
    env = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['init', '--quiet', clone], { env });
    cpSync(join(CHECKOUT, 'scripts/install-git-hooks'), join(clone, 'scripts/install-git-hooks'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const install = () => {
    const { status, stdout, stderr } = spawnSync('sh', ['scripts/install-git-hooks'], {
      cwd: clone,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('points git at the hooks', () => {
    expect(install()).toEqual({ status: 0, stdout: '', stderr: '' });
    const settings = ['config', 'core.hooksPath'];
    expect(execFileSync('git', settings, { cwd: clone, env, encoding: 'utf8' })).toBe('.githooks\n');
  });

  it('says so, and no more, where the clone is of somebody whom git does not trust', () => {
    for (const path of [clone, join(clone, '.git')]) chownSync(path, NOBODY, NOBODY);
    expect(install()).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'install-git-hooks: git did not take .githooks/, so commits are not checked before they are made\n',
    });
  });
});
