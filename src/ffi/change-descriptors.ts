import koffi from 'koffi';
import { closeSync, openSync } from 'node:fs';
import { lastError } from './errors.js';
import type { Way } from './way.js';

const libc = koffi.load(null);
const dup = libc.func('dup', 'int', ['int']) as (fd: number) => number;
const dup2 = libc.func('dup2', 'int', ['int', 'int']) as (from: number, to: number) => number;
const fcntl = libc.func('int fcntl(int fd, int command, ...)') as (...values: unknown[]) => number;
const pipe = libc.func('pipe', 'int', ['void *']) as (fds: Int32Array) => number;
const socketpair = libc.func('socketpair', 'int', ['int', 'int', 'int', 'void *']) as (
  domain: number,
  type: number,
  protocol: number,
  fds: Int32Array,
) => number;
const syscall = libc.func('long syscall(long number, ...)') as (...values: unknown[]) => number;

const F_DUPFD = 0;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** The same number on every architecture (asm-generic/unistd.h). From Linux 5.9 on. */
const SYS_close_range = 436;

/** One of each way in which descriptors come and go that a process can do by itself without harm. */
export const changeDescriptors: readonly Way[] = [
  {
    name: 'open and close',
    change: () => {
      close(openNull());
    },
  },
  {
    name: 'dup',
    change: () => {
      withNull((fd) => {
        close(checked('dup', dup(fd)));
      });
    },
  },
  {
    name: 'dup2',
    change: () => {
      withNull((fd) => {
        const free = checked('dup', dup(fd));
        close(free);
        close(checked('dup2', dup2(fd, free)));
      });
    },
  },
  {
    name: 'fcntl F_DUPFD',
    change: () => {
      withNull((fd) => {
        close(checked('fcntl', fcntl(fd, F_DUPFD, 'int', 0)));
      });
    },
  },
  {
    name: 'pipe',
    change: () => {
      closePair('pipe', pipe);
    },
  },
  {
    name: 'socketpair',
    change: () => {
      closePair('socketpair', (fds) => socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    },
  },
  {
    name: 'close_range',
    change: () => {
      const fd = openNull();
      checked('close_range', syscall(SYS_close_range, 'uint', fd, 'uint', fd, 'uint', 0));
    },
  },
];

const openNull = () => openSync('/dev/null', 'r');

const close = closeSync;

function withNull(use: (fd: number) => void): void {
  const fd = openNull();
  try {
    use(fd);
  } finally {
    close(fd);
  }
}

function closePair(name: string, make: (fds: Int32Array) => number): void {
  const fds = new Int32Array(2);
  checked(name, make(fds));
  for (const fd of fds) close(fd);
}

function checked(name: string, result: number): number {
  if (result < 0) throw lastError(name);
  return result;
}
