import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Workshop } from './workshop.js';

/** Makes a FIFO for one measurement. */
export function fifoIn(workshop: Workshop): string {
  const fifo = join(workshop.folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  return fifo;
}
