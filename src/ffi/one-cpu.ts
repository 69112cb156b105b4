import koffi from 'koffi';
import { readdirSync } from 'node:fs';
import { lastError } from './errors.js';

const libc = koffi.load(null);
const getcpu = libc.func('sched_getcpu', 'int', []) as () => number;
type Affinity = (thread: number, size: number, mask: Uint8Array) => number;
const getAffinity = libc.func('sched_getaffinity', 'int', ['int', 'size_t', 'void *']) as Affinity;
const setAffinity = libc.func('sched_setaffinity', 'int', ['int', 'size_t', 'void *']) as Affinity;

/** Bytes of a mask with a bit for each CPU: more than any kernel has (CONFIG_NR_CPUS is 8192 at most). */
const MASK_SIZE = 1024;

/**
 * Keeps every thread of this process on the CPU that the caller runs on.
 *
 * @returns lets each of them run where it could before
 * @throws SystemError
 */
export function stayOnOneCpu(): () => void {
  const cpu = getcpu();
  const one = new Uint8Array(MASK_SIZE);
  one[cpu >> 3] = 1 << (cpu & 7);
  const before = readdirSync('/proc/self/task').flatMap((name) => {
    const thread = Number(name);
    const mask = new Uint8Array(MASK_SIZE);
    return getAffinity(thread, MASK_SIZE, mask) < 0 ? [] : [{ thread, mask }];
  });
  const restore = () => {
    for (const { thread, mask } of before) setAffinity(thread, MASK_SIZE, mask);
  };
  for (const { thread } of before) {
    if (setAffinity(thread, MASK_SIZE, one) >= 0) continue;
    const error = lastError('sched_setaffinity');
    // It has ended meanwhile.
    if (error.code === 'ESRCH') continue;
    restore();
    throw error;
  }
  return restore;
}

/** linux/time.h */
const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
const clockNanosleep = libc.func('clock_nanosleep', 'int', ['int', 'int', 'void *', 'void *']);

/** Lets a thread of Node's pool sleep until a time of CLOCK_MONOTONIC, in nanoseconds, and then be ready to run. */
export function sleepElsewhere(until: bigint): void {
  const seconds = until / 1_000_000_000n;
  const time = new BigInt64Array([seconds, until - seconds * 1_000_000_000n]);
  // The buffer has to live as long as the call.
  clockNanosleep.async(CLOCK_MONOTONIC, TIMER_ABSTIME, time, null, () => time);
}

const waitid = libc.func('waitid', 'int', ['int', 'uint32_t', 'void *', 'int']) as (
  kind: number,
  id: number,
  info: null,
  options: number,
) => number;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x01000000;

/** Asks waitid(2) for a child that cannot be one, and so for nothing. */
export function waitForNobody(): void {
  waitid(P_PID, process.pid, null, WNOHANG | WEXITED | WNOWAIT);
}

const getppid = libc.func('getppid', 'int', []) as () => number;

/** A system call that does nothing. */
export function callTheKernel(): void {
  getppid();
}
