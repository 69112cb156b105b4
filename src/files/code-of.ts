/** Of an error of the system, such as ENOSPC; what any other says. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
