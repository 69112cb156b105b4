import koffi from 'koffi';
import { lastError } from './errors.js';

// The C library that node itself is linked to, glibc or musl.
const libc = koffi.load(null);

// Numbers that all architectures share (asm-generic/unistd.h; x86 from 424 on).
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;

/** sysconf(3) on Linux, glibc and musl */
const _SC_PAGESIZE = 30;
const sysconf = libc.func('sysconf', 'long', ['int']) as (name: number) => number;

/** How many bytes a page of memory has. */
export function pageSize(): number {
  return sysconf(_SC_PAGESIZE);
}

/** linux/time.h */
const CLOCK_MONOTONIC_COARSE = 6;
const clockGetres = libc.func('clock_getres', 'int', ['int', 'void *']) as (
  clock: number,
  resolution: BigInt64Array,
) => number;

/** How long a tick of the scheduler is: what the coarse clocks go by (posix_get_coarse_res() in kernel/time/posix-timers.c). */
export function microsecondsPerTick(): number {
  // struct timespec: seconds and nanoseconds. A tick is shorter than a second.
  const resolution = new BigInt64Array(2);
  if (clockGetres(CLOCK_MONOTONIC_COARSE, resolution) < 0) throw lastError('clock_getres');
  return Math.round(Number(resolution[1]) / 1000);
}

/** By architecture; 0: not known here. */
const SYS_membarrier = { x64: 324, arm64: 283 }[process.arch as string] ?? 0;
const MEMBARRIER_CMD_GLOBAL = 1;

const syscall = libc.func('long syscall(long number, ...)') as (...values: unknown[]) => number;

/**
 * pidfd_open(2): a descriptor that stands for this process and never for a later one of the same number.
 *
 * @throws SystemError ESRCH no such process, EINVAL the number of a thread that is not a process
 */
export function pidfdOpen(pid: number): number {
  const fd = syscall(SYS_pidfd_open, 'int', pid, 'uint', 0);
  if (fd < 0) throw lastError('pidfd_open');
  return fd;
}

/** Whether the process behind a pidfd has not been reaped, so that its number is still its own. */
export function pidfdIsAlive(pidfd: number): boolean {
  if (syscall(SYS_pidfd_send_signal, 'int', pidfd, 'int', 0, 'void *', null, 'uint', 0) === 0) return true;
  const error = lastError('pidfd_send_signal');
  if (error.code === 'ESRCH') return false;
  // It is there, but somebody else's.
  if (error.code === 'EPERM') return true;
  throw error;
}

/**
 * Waits for a grace period of RCU (membarrier(2) with MEMBARRIER_CMD_GLOBAL, which is that): every
 * BPF program that is running now has ended then. Some ten milliseconds.
 *
 * @throws SystemError
 */
export function waitForRunningPrograms(): void {
  if (syscall(SYS_membarrier, 'int', MEMBARRIER_CMD_GLOBAL, 'uint', 0, 'int', 0) < 0)
    throw lastError('membarrier');
}

/**
 * malloc_trim(3): what the C library keeps of freed memory goes back to the kernel. Some milliseconds; nothing where
 * the C library has no such function, as musl.
 */
export function giveBackFreedMemory(): void {
  mallocTrim ??= findMallocTrim();
  mallocTrim(0);
}

type MallocTrim = (keep: number) => number;
let mallocTrim: MallocTrim | undefined;

function findMallocTrim(): MallocTrim {
  try {
    return libc.func('malloc_trim', 'int', ['size_t']) as MallocTrim;
  } catch {
    return () => 0;
  }
}

/** linux/mman.h */
const MADV_REMOVE = 9;
const madvise = libc.func('madvise', 'int', ['void *', 'size_t', 'int']) as (
  address: bigint,
  size: number,
  advice: number,
) => number;

/** What is in these pages, which are shared and of no file, is zeros from now on. Other pages stay as they are. */
export function forgetShared(address: bigint, size: number): void {
  madvise(address, size, MADV_REMOVE);
}

const exit = libc.func('_exit', 'void', ['int']) as (code: number) => void;

/**
 * _exit(2): ends this process without waiting for anybody. process.exit() joins libuv's threads first, and one that
 * asks for a name (getaddrinfo(3), which nothing can call off) may take minutes. What is not written is lost.
 */
export function exitAtOnce(code: number): never {
  exit(code);
  throw new Error('_exit came back');
}
