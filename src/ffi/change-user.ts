import { constants } from 'node:os';
import koffi from 'koffi';
import { lastError, SystemError } from './errors.js';
import type { Way } from './way.js';

const libc = koffi.load(null);
const spawn = libc.func('posix_spawn', 'int', ['void *', 'str', 'void *', 'void *', 'void *', 'void *']) as (
  ...parameters: readonly unknown[]
) => number;
const pthreadSelf = libc.func('pthread_self', 'size_t', []) as () => number | bigint;
const pthreadSigmask = libc.func('pthread_sigmask', 'int', ['int', 'void *', 'void *']) as (
  how: number,
  set: Uint8Array,
  old: Uint8Array | null,
) => number;
const pthreadSigqueue = libc.func('pthread_sigqueue', 'int', ['size_t', 'int', 'intptr_t']) as (
  thread: number | bigint,
  signal: number,
  value: number,
) => number;
const sigtimedwait = libc.func('sigtimedwait', 'int', ['void *', 'void *', 'void *']) as (
  set: Uint8Array,
  info: null,
  timeout: Uint8Array,
) => number;
const syscall = libc.func('long syscall(long number, ...)') as (
  number: number,
  ...parameters: readonly unknown[]
) => number;
const close = libc.func('close', 'int', ['int']) as (fd: number) => number;

/** The way in which the processes of a user come and go (`nproc`): where nothing can be executed, one has still begun. */
export const changeProcesses: readonly Way[] = [
  {
    name: 'a process that begins and is waited for',
    isOfUser: true,
    refusals: { EAGAIN: 'its user has as many processes as a limit allows' },
    change: () => {
      const error = spawn(null, '', null, null, new BigUint64Array(1), new BigUint64Array(1));
      if (error !== constants.errno.ENOENT) throw new SystemError('posix_spawn', error);
    },
  },
];

const REALTIME_SIGNAL = 40;
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
const SIGSET_SIZE = 128;
const TIMESPEC_SIZE = 16;

function signalSet(signal: number): Uint8Array {
  const set = new Uint8Array(SIGSET_SIZE);
  set[(signal - 1) >> 3] = 1 << ((signal - 1) & 7);
  return set;
}

/** The way in which signals are queued and taken (`sigpending`): of this thread alone, which blocks it meanwhile. */
export const changeSignals: readonly Way[] = [
  {
    name: 'a signal that is queued and waited for',
    isOfUser: true,
    refusals: { EAGAIN: 'its user has as many queued signals as the limit allows' },
    change: () => {
      const set = signalSet(REALTIME_SIGNAL);
      const before = new Uint8Array(SIGSET_SIZE);
      pthreadSigmask(SIG_BLOCK, set, before);
      try {
        const error = pthreadSigqueue(pthreadSelf(), REALTIME_SIGNAL, 0);
        if (error !== 0) throw new SystemError('pthread_sigqueue', error);
        sigtimedwait(set, null, new Uint8Array(TIMESPEC_SIZE));
      } finally {
        pthreadSigmask(SIG_SETMASK, before, null);
      }
    },
  },
];

/** In glibc they are in a library of their own until 2.33. */
const [MQ_OPEN = 0, MQ_UNLINK = 0, GETPPID = 0] = process.arch === 'x64' ? [240, 241, 110] : [180, 181, 173];

// asm-generic/fcntl.h
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;

/** The way in which message queues are made and removed (`msgqueue`). */
export const changeQueues: readonly Way[] = [
  {
    name: 'mq_open, mq_unlink and close',
    isOfUser: true,
    refusals: {
      EMFILE: 'its user has as much in message queues as the limit allows, or no descriptor is free',
      ENOSPC: 'there are as many message queues as fs.mqueue.queues_max allows',
    },
    change: () => {
      // Who was killed here has left a queue, and somebody in another pid namespace may have the same number.
      const name = `check_rlimit_passive.${process.pid}.${process.hrtime.bigint()}`;
      // struct mq_attr: flags, maxmsg, msgsize and curmsgs.
      const attributes = new BigInt64Array([0n, 1n, 1n, 0n, 0n, 0n, 0n, 0n]);
      const fd = syscall(
        MQ_OPEN,
        'str',
        name,
        'int',
        O_RDWR | O_CREAT | O_EXCL,
        'int',
        0o600,
        'void *',
        attributes,
      );
      if (fd === -1) throw lastError('mq_open');
      syscall(MQ_UNLINK, 'str', name);
      close(fd);
      // The queue is gone before the next system call.
      syscall(GETPPID);
    },
  },
];
