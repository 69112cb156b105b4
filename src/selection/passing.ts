/**
 * What says nothing of what was looked for, and can be otherwise at the next look: descriptors, processes or memory are short,
 * of this process or of the machine; a disk fails.
 */
const PASSING = ['exhausted', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO'];

/** Of an error of the system, or of a descriptor. */
export function isPassing(error: unknown): error is Error {
  return error instanceof Error && PASSING.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The same error, as it is told. */
export function withWords(error: Error, message: string): Error {
  return Object.assign(new Error(message), { code: (error as NodeJS.ErrnoException).code });
}
