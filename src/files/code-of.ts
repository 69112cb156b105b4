/** Of an error of the system, such as ENOSPC; what any other says. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The codes of isShortage() in `ffi/`, whose native code who only reads a history does without. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** Whether what was wanted may be had a moment later. */
export const isShort = (error: unknown): boolean => SHORTAGES.includes(codeOf(error));
