import { release } from 'node:os';

/**
 * Whether the running kernel is at least of a version.
 *
 * @param kernel its release; given by tests
 */
export function isSince(major: number, minor: number, kernel = release()): boolean {
  const [ours = 0, oursMinor = 0] = kernel.split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}
