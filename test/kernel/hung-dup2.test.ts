/** A kretprobe follows only some callers at once, and nobody else's return is seen while these hang. */
import { afterEach, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { cache } from '../../rig/guests/places.js';
import { CWorker } from '../support/c-worker.js';
import { Recorder } from '../support/recorder.js';
import { attachMode, kernelHasBtf, seconds } from '../support/where.js';

jest.setTimeout(seconds(20));

/** More than it follows: max(10, 2 * CPUs), or CPUs (register_kretprobe() in kernel/kprobes.c). */
const CALLERS = Math.max(10, 2 * availableParallelism()) + 1;

let recorder: Recorder | undefined;
const workers: CWorker[] = [];

afterEach(async () => {
  recorder?.descriptor.close();
  for (const worker of workers.splice(0)) await worker.end();
});

async function start(name: string): Promise<CWorker> {
  const worker = await CWorker.start(name);
  workers.push(worker);
  return worker;
}

/** A guest has the modules of its kernel where the host has them. */
function loadFuse(): void {
  if (readFileSync('/proc/filesystems', 'utf8').includes('\tfuse\n')) return;
  const where = [cache, '-path', `*/${release()}/*/fuse.ko*`];
  const [module = 'fuse.ko'] = execFileSync('find', where, { encoding: 'utf8' }).split('\n');
  execFileSync('insmod', [module]);
}

// The other modes have no kretprobe, and a kernel without types loads no module.
(attachMode === 'kprobe' && kernelHasBtf ? it : it.skip)(
  'dup2 is seen with the next change while others hang in it',
  async () => {
    loadFuse();
    recorder = new Recorder();
    const worker = await start('fd-worker');
    const count = await worker.askNumber('open 0');
    recorder.watch(worker.pid, count + 2);
    await (await start('unanswered')).ask(`hang ${CALLERS}`);
    await worker.ask('dup2 500');
    await worker.ask('open 1');
    await worker.end();
    await recorder.ended(worker.pid);
    expect(recorder.crossings(worker.pid)).toEqual([`up ${count + 2} ${count + 2}`]);
  },
);
