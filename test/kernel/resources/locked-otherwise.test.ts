/** What the kernel compares RLIMIT_MEMLOCK with besides, each by itself: docs/limits.md says so, and doctor. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync } from 'node:fs';
import { constants } from 'node:os';
import { LineProgram } from '../../../rig/programs/line-program.js';
import { Programs } from '../../support/programs.js';
import { Recorder } from '../../support/recorder.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(20));

/** That nobody else on this machine has: their accounts are a user's. */
const UID = String(2_000_000 + process.pid);
const KIB = 1024;
const LIMIT = 1024 * KIB;
/** KiB, which fit once. */
const MOST = 900;
const { ENOMEM } = constants.errno;

describe('memory that is locked otherwise than by mlock(2)', () => {
  let recorder: Recorder;
  let programs: Programs;
  let worker: LineProgram;

  beforeEach(async () => {
    recorder = new Recorder({ resources: ['memlock'] });
    programs = new Programs('accounts');
    // Whoever it is, he has to come to the program.
    chmodSync(programs.folder, 0o755);
    const as = ['setpriv', '--reuid', UID, '--clear-groups', programs.make('accounts')];
    worker = await LineProgram.run('prlimit', `--memlock=${LIMIT}:${LIMIT}`, ...as);
  });

  afterEach(async () => {
    recorder.descriptor.close();
    await worker.end();
    programs.remove();
  });

  const locked = () => {
    const { value } = recorder.descriptor.watch(worker.pid, { resource: 'memlock', levels: [] });
    recorder.descriptor.unwatch(worker.pid, 'memlock');
    return value;
  };

  it.each([
    ['SHM_LOCK', 'shm'],
    ['io_uring', 'pin'],
  ])('by %s has the same limit, is not seen, and leaves mlock(2) its own', async (_by, command) => {
    // Where io_uring is switched off this fails: it says EPERM or ENOSYS.
    expect(await worker.askNumber(`${command} ${MOST}`)).toBe(0);
    expect(await worker.askNumber(`${command} ${MOST}`)).toBe(ENOMEM);
    expect(locked()).toBe(0);
    expect(await worker.askNumber(`mlock ${MOST}`)).toBe(0);
    expect(locked()).toBe(MOST * KIB);
    expect(await worker.askNumber(`mlock ${MOST}`)).toBe(ENOMEM);
    expect(locked()).toBe(MOST * KIB);
  });
});
