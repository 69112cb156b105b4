import koffi from 'koffi';
import { lastError } from './errors.js';

const flock = koffi.load(null).func('int flock(int fd, int operation)') as (
  fd: number,
  operation: number,
) => number;

// sys/file.h, the same everywhere.
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * flock(2): takes the lock of an open file or directory unless another open file has it. It is let go when
 * the descriptor is closed, and so when the process ends, in whatever way.
 *
 * @returns whether it was taken
 * @throws SystemError what a file system without locks says
 */
export function tryLock(fd: number): boolean {
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const error = lastError('flock');
  // What flock(2) calls EWOULDBLOCK is the same number.
  if (error.code === 'EAGAIN') return false;
  throw error;
}
