import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../rig/programs/command.js';

/** What the command starts, so that Node's own options can be given. */
const MAIN = new URL('../../bin/main.cjs', import.meta.url).pathname;

it('says that signals kept the programs from being loaded, which a profiler sends all the time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
  try {
    const profiler = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=100'];
    const watched = ['events', '--pid', String(process.pid), '--level', '5000'];
    const { status, stdout, stderr } = await new Program(process.execPath, [
      ...profiler,
      MAIN,
      ...watched,
    ]).finished();
    expect(stderr).toEqual([
      'check_rlimit_passive: signals kept the kernel from checking the programs (bpf_object__load: EAGAIN): try again, without a profiler',
    ]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
