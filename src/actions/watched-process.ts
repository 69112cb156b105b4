import { closeSync } from 'node:fs';
import { pidfdOpen, SystemError } from '../ffi/index.js';

/** Whether the kernel says that the process of this number is watched at this moment. */
export type StillWatched = (pid: number) => boolean;

/**
 * Does something to the process that is watched, by a pidfd.
 *
 * The process is looked for in the kernel after the pidfd is open: if it is watched then, the pidfd cannot
 * be that of another which has got the number since.
 *
 * @returns undefined if it has ended, or is not watched any more
 * @throws what `act` throws, but for ESRCH
 */
export function withWatchedProcess<T>(
  pid: number,
  stillWatched: StillWatched,
  act: (pidfd: number) => T,
): T | undefined {
  try {
    const pidfd = pidfdOpen(pid);
    try {
      return stillWatched(pid) ? act(pidfd) : undefined;
    } finally {
      closeSync(pidfd);
    }
  } catch (error) {
    if (error instanceof SystemError && error.code === 'ESRCH') return undefined;
    throw error;
  }
}
