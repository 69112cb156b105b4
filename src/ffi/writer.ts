import koffi from 'koffi';
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { lastError, type SystemError } from './errors.js';
import { isWritable, watchWritable } from './poll.js';
import type { LoopWatch } from './watch-fd.js';

const send = koffi.load(null).func('long send(int fd, void *bytes, size_t length, int flags)') as (
  fd: number,
  bytes: Uint8Array,
  length: number,
  flags: number,
) => number;

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** PIPE_BUF: so much is written as a whole, and a pipe that polls writable has room for it (pipe(7)). */
const MOST_AT_ONCE = 4096;

/** Writes to a descriptor without waiting for who reads. */
export interface Writer {
  /**
   * Writes as much as is taken now, from the first byte on.
   *
   * @returns how many bytes that were; 0: none is taken now
   * @throws with the `code` of errno: EPIPE nobody reads any more, ENOSPC
   */
  write(bytes: Uint8Array): number;
  /** Whether it takes more within so many milliseconds. */
  wait(milliseconds: number): boolean;
  /** Calls back whenever it takes more. */
  watch(onWritable: () => void): LoopWatch;
}

/** A writer for a descriptor that others may share: its flags stay as they are. */
export function writerTo(fd: number): Writer {
  const kind = fstatSync(fd);
  if (kind.isSocket()) return waitable(fd, (bytes) => sendNow(fd, bytes));
  if (!kind.isFIFO() && !isatty(fd)) return fileWriter(fd);
  const own = reopened(fd);
  return waitable(own, (bytes) => writeNow(own, bytes));
}

/** A file takes everything, and cannot be polled (epoll_ctl(2), EPERM). */
function fileWriter(fd: number): Writer {
  return {
    write: (bytes) => writeSync(fd, bytes),
    wait: () => true,
    watch: () => ({ close: () => undefined, unref: () => undefined }),
  };
}

function waitable(fd: number, write: (bytes: Uint8Array) => number): Writer {
  return {
    write: (bytes) => zeroIfFull(() => write(bytes)),
    wait: (milliseconds) => isWritable(fd, milliseconds),
    watch: (onWritable) => watchWritable(fd, onWritable),
  };
}

/**
 * The same pipe or terminal by a description of our own, which can be non-blocking without harm to others; where
 * it is somebody else's and cannot be opened, the descriptor itself.
 */
function reopened(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return fd;
  }
}

function writeNow(fd: number, bytes: Uint8Array): number {
  // It may be the shared one, which waits.
  return isWritable(fd) ? writeSync(fd, bytes, 0, Math.min(bytes.length, MOST_AT_ONCE)) : 0;
}

function sendNow(fd: number, bytes: Uint8Array): number {
  const sent = send(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) throw lastError('send');
  return sent;
}

function zeroIfFull(write: () => number): number {
  try {
    return write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException | SystemError;
    if (code === 'EAGAIN') return 0;
    throw error;
  }
}
