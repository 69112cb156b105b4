import koffi from 'koffi';
import { lastError } from './errors.js';

const libc = koffi.load(null);
const syscall = libc.func('long syscall(long number, ...)') as (...values: unknown[]) => number;

/** The same number on every architecture (asm-generic/unistd.h; x86 from 424 on). */
const SYS_pidfd_send_signal = 424;

/**
 * pidfd_send_signal(2): to the process that the pidfd stands for, and never to a later one of its number.
 *
 * @param signal its number on this architecture, as `os.constants.signals` has it
 * @throws SystemError ESRCH it has ended, EPERM it is somebody else's and CAP_KILL is missing
 */
export function pidfdSendSignal(pidfd: number, signal: number): void {
  if (syscall(SYS_pidfd_send_signal, 'int', pidfd, 'int', signal, 'void *', null, 'uint', 0) < 0)
    throw lastError('pidfd_send_signal');
}

const prctl = libc.func('int prctl(int option, ...)') as (...values: unknown[]) => number;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/**
 * Programs that this process starts get none of its capabilities then (capabilities(7)), but as root.
 * This process keeps its own.
 */
export function clearAmbientCapabilities(): void {
  const zeros = ['ulong', 0, 'ulong', 0, 'ulong', 0];
  if (prctl(PR_CAP_AMBIENT, 'ulong', PR_CAP_AMBIENT_CLEAR_ALL, ...zeros) < 0)
    throw lastError('prctl PR_CAP_AMBIENT');
}

/** Infinity: unlimited. */
export interface Limits {
  readonly soft: number;
  readonly hard: number;
}

const RLIM_INFINITY = 2n ** 64n - 1n;

/** `struct rlimit64` on every architecture; musl has only the one that is the same. */
const prlimit64 = (() => {
  const parameters = ['int', 'int', 'void *', 'void *'];
  try {
    return libc.func('prlimit64', 'int', parameters);
  } catch {
    return libc.func('prlimit', 'int', parameters);
  }
})() as (pid: number, resource: number, limits: BigUint64Array | null, old: BigUint64Array | null) => number;

/**
 * The limits of a process, by prlimit(2).
 *
 * @param resource its number in getrlimit(2)
 * @throws SystemError ESRCH no such process, EPERM it is somebody else's and CAP_SYS_RESOURCE is missing
 */
export function limitsOf(pid: number, resource: number): Limits {
  const limits = new BigUint64Array(2);
  if (prlimit64(pid, resource, null, limits) < 0) throw lastError('prlimit');
  const [soft = 0n, hard = 0n] = limits;
  return { soft: fromKernel(soft), hard: fromKernel(hard) };
}

/** Sets both limits of a process. @throws SystemError as limitsOf(), EINVAL soft is above hard */
export function setLimitsOf(pid: number, resource: number, { soft, hard }: Limits): void {
  const limits = BigUint64Array.of(toKernel(soft), toKernel(hard));
  if (prlimit64(pid, resource, limits, null) < 0) throw lastError('prlimit');
}

const fromKernel = (limit: bigint) => (limit === RLIM_INFINITY ? Infinity : Number(limit));
/** A limit just below 2^64 is that number here, and more can come of one that is raised: neither has a place in 64 bits. */
const toKernel = (limit: number) => (limit < 2 ** 64 ? BigInt(limit) : RLIM_INFINITY);
