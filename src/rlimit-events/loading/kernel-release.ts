import { release } from 'node:os';

/** Whether the running kernel is at least of a version. */
export function isSince(major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = release().split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}
