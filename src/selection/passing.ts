import { isShortage } from '../ffi/index.js';

/**
 * Besides a shortage: what says nothing of what was looked for, and can be otherwise at the next look. A descriptor is short of
 * something or its table is full until somebody else ends, a process changes without a pause or is short itself; a disk fails.
 */
const PASSING = ['exhausted', 'full', 'busy', 'EAGAIN', 'EIO'];

/** Of an error of the system, or of a descriptor. */
export function isPassing(error: unknown): error is Error {
  if (isShortage(error)) return true;
  return error instanceof Error && PASSING.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The same error, as it is told. */
export function withWords(error: Error, message: string): Error {
  return Object.assign(new Error(message), { code: (error as NodeJS.ErrnoException).code });
}
