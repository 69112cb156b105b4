import { readdirSync } from 'node:fs';

/** How many descriptors a process has: at rest those that it was started with, and who starts it may have some more. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
