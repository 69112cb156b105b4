import { durationName, inAList } from '../text/index.js';
import type { Bounds, Ended } from './bounded.js';

/** How a program ended that has not ended well; empty if it has. */
export function troubleOf({ code, signal, timedOut }: Ended, { time }: Bounds): string {
  if (timedOut) return `stopped after ${durationName(time)}`;
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? '' : `exit code ${code ?? ''}`;
}

/**
 * Why it could not be started, from what spawn(2) says.
 *
 * @param argv what was to be started
 */
export function startTrouble(error: unknown, [command = '', ...more]: readonly string[] = []): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    // A program with its arguments in one is the name of none.
    const isLine = more.length === 0 && command.includes(' ');
    const remedy = isLine ? `; ${inAList(command, 'run: [/usr/local/bin/program, --option]')}` : '';
    return `there is no such program${remedy}`;
  }
  return code === 'EACCES' ? 'it may not be executed' : message;
}
