import { closeSync, constants, openSync, readSync } from 'node:fs';
import { watchFd } from '../../src/ffi/index.js';
import { RlimitEvents } from '../../src/rlimit-events/index.js';
import { fifoIn } from '../lib/fifo.js';
import { openFilesOf } from '../lib/open-files.js';
import { Workshop } from '../lib/workshop.js';

/** µs from one to the next. */
const APART = 2000;

/** µs from just before the system call to the callback. */
export async function toCallback(count: number): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const callbacks: number[] = [];
    const descriptor = new RlimitEvents((event) => {
      if (event.type === 'level') callbacks.push(Number(process.hrtime.bigint()));
    });
    workshop.atEnd(() => {
      descriptor.close();
    });
    descriptor.watch(load.pid, {
      resource: 'nofile',
      levels: [{ kind: 'value', value: openFilesOf(load.pid) + 1 }],
    });
    return delays((times) => load.ask(`cross ${times} ${APART}`), callbacks, count);
  });
}

/** µs from just before a write(2) into a FIFO to the callback of who watches it. */
export async function leastToCallback(count: number): Promise<number[]> {
  return Workshop.with(async (workshop) => {
    const load = await workshop.load('crossings');
    const callbacks: number[] = [];
    const fifo = fifoIn(workshop);
    const reading = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const byte = Buffer.alloc(1);
    const watch = watchFd(reading, () => {
      readSync(reading, byte);
      callbacks.push(Number(process.hrtime.bigint()));
    });
    workshop.atEnd(() => {
      watch.close();
      closeSync(reading);
    });
    return delays((times) => load.ask(`tell ${fifo} ${times} ${APART}`), callbacks, count);
  });
}

async function delays(
  cause: (count: number) => Promise<string>,
  callbacks: number[],
  count: number,
): Promise<number[]> {
  await cause(50);
  callbacks.length = 0;
  const causes = (await cause(count)).split(' ').map(Number);
  if (callbacks.length !== count) throw new Error(`${callbacks.length} callbacks for ${count}`);
  return causes.map((time, i) => ((callbacks[i] ?? NaN) - time) / 1000);
}
