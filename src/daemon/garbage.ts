import { setFlagsFromString } from 'node:v8';

/** With this flag the starter tells that it has asked this V8, and that it knows it: of another it complains. */
const KNOWN = '--no-compact-on-every-full-gc';

/**
 * Collects what has become garbage and moves together what is left, so that whole pages go back to the kernel: a
 * collection by itself leaves the holes where they are. Some ten milliseconds. Does nothing without `--expose-gc`.
 */
export function giveBackGarbage(): void {
  const compacts = process.execArgv.includes(KNOWN);
  if (compacts) setFlagsFromString('--compact-on-every-full-gc');
  globalThis.gc?.();
  if (compacts) setFlagsFromString(KNOWN);
}
