import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ForeignMount } from '../../support/foreign-mount.js';

const SCRIPT = new URL('../../support/without-descriptors.js', import.meta.url).pathname;

function tried(path = ''): unknown {
  const shell = 'ulimit -n 64 && exec "$0" "$@"';
  return JSON.parse(
    execFileSync('/bin/sh', ['-c', shell, process.execPath, SCRIPT, path], { encoding: 'utf8' }),
  );
}

const NONE = 'no file descriptor is free to start it (EMFILE or ENFILE)';

describe('without a free descriptor', () => {
  it('a program cannot be started, which is told to who wants it, and to nobody else', () => {
    expect(tried()).toEqual({
      without: {
        bounded: `rejected: ${NONE}`,
        kept: `rejected: ${NONE}`,
        asked: { failure: 'broken', reason: 'was not answered: true: spawn true EMFILE' },
      },
      code: 0,
      uncaught: [],
    });
  });

  it('nobody has answered for a mount, and it is asked for again', async () => {
    const mount = await ForeignMount.make();
    try {
      expect(tried(join(mount.path, 'file'))).toMatchObject({
        without: { answers: false, written: 'rejected: spawn /bin/sh EMFILE' },
        later: true,
        uncaught: [],
      });
    } finally {
      await mount.end();
    }
  });
});
