import koffi from 'koffi';
import { closeSync } from 'node:fs';
import { lastError } from './errors.js';
import { watchFd, type LoopWatch } from './watch-fd.js';

const libc = koffi.load(null);
const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)') as (
  fds: Uint8Array,
  count: number,
  timeout: number,
) => number;
const epollCreate = libc.func('int epoll_create1(int flags)') as (flags: number) => number;
const epollCtl = libc.func('int epoll_ctl(int epoll, int operation, int fd, void *event)') as (
  epoll: number,
  operation: number,
  fd: number,
  event: Uint8Array,
) => number;

// Linux's numbers, the same on every architecture that Node runs on.
const POLLOUT = 4;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLPRI = 2;
const EPOLLOUT = 4;

/** Whether a write would not wait, or would fail at once; after so many milliseconds at most. */
export function isWritable(fd: number, timeout = 0): boolean {
  // struct pollfd: int fd, short events, short revents.
  const asked = new DataView(new ArrayBuffer(8));
  const isLittle = true;
  asked.setInt32(0, fd, isLittle);
  asked.setInt16(4, POLLOUT, isLittle);
  // A signal interrupts it: then it is not writable yet.
  return poll(new Uint8Array(asked.buffer), 1, timeout) > 0;
}

/** Calls back whenever a descriptor can be written to, or a write would fail at once, until the watch is closed. */
export function watchWritable(fd: number, onWritable: () => void): LoopWatch {
  return watchFor(EPOLLOUT, fd, onWritable);
}

/** Calls back when a descriptor has something urgent (POLLPRI), such as files in /proc and /sys that tell of changes. */
export function watchUrgent(fd: number, onUrgent: () => void): LoopWatch {
  return watchFor(EPOLLPRI, fd, onUrgent);
}

/**
 * By an epoll(7) descriptor of its own in Node's loop: libuv makes a descriptor that it polls non-blocking, and that
 * would be so for everybody who shares it, as the terminal with the shell.
 */
function watchFor(events: number, fd: number, onEvent: () => void): LoopWatch {
  const epoll = epollCreate(EPOLL_CLOEXEC);
  if (epoll < 0) throw lastError('epoll_create1');
  // struct epoll_event: the events are its first 32 bits; it has 12 bytes or 16.
  const event = new Uint8Array(16);
  event[0] = events;
  if (epollCtl(epoll, EPOLL_CTL_ADD, fd, event) < 0) {
    const error = lastError('epoll_ctl');
    closeSync(epoll);
    throw error;
  }
  const watch = watchFd(epoll, onEvent);
  let isOpen = true;
  return {
    close() {
      watch.close();
      if (isOpen) closeSync(epoll);
      isOpen = false;
    },
    unref() {
      watch.unref();
    },
  };
}
