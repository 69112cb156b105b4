/** This kernel cannot be booted here. The message says why in one line. */
export class PrepareError extends Error {}
