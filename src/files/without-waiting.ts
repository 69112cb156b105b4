import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from './code-of.js';

const { O_CREAT, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/**
 * The text of a file. Of a pipe, which would be waited for, it is empty.
 *
 * @throws what the system says
 */
export function readWithoutWaiting(path: string): string {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    return fstatSync(fd).isFIFO() ? '' : readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Opens a file of the agent's own, for nobody else. A pipe would be waited for, and is refused. */
export function openWithoutWaiting(path: string): Promise<FileHandle> {
  return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600);
}

/** Takes a file out of the way that is not what it should be, and says what has come of it. */
export function putAside(path: string): string {
  const aside = `${path}.bad`;
  try {
    renameSync(path, aside);
    return `moved to ${aside}`;
  } catch (error) {
    return `it cannot be moved aside (${codeOf(error)})`;
  }
}
