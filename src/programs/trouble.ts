import { durationName } from '../text/index.js';
import type { Bounds, Ended } from './bounded.js';

/** How a program ended that has not ended well; empty if it has. */
export function troubleOf({ code, signal, timedOut }: Ended, { time }: Bounds): string {
  if (timedOut) return `stopped after ${durationName(time)}`;
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? '' : `exit code ${code ?? ''}`;
}

/** Why it could not be started, from what spawn(2) says. */
export function startTrouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such program';
  return code === 'EACCES' ? 'it may not be executed' : message;
}
