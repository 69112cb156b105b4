import { afterEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Recorder } from '../support/recorder.js';

let recorder: Recorder | undefined;

afterEach(() => {
  recorder?.descriptor.close();
});

/** KiB of memory that is shared and of no file, where libbpf keeps what it gives to the kernel. */
function sharedMemory(): number {
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings
    .filter((each) => each.includes('/dev/zero (deleted)'))
    .reduce((sum, each) => sum + Number(/^Rss:\s*(\d+) kB$/m.exec(each)?.[1]), 0);
}

it('keeps nothing of what the kernel was given with its programs', () => {
  const before = sharedMemory();
  recorder = new Recorder();
  recorder.watch(process.pid, 10_000);
  // The budgets of processes alone are half a MiB.
  expect(sharedMemory() - before).toBeLessThan(64);
});
