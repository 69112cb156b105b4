import { setFlagsFromString } from 'node:v8';

/**
 * Collects what has become garbage and moves together what is left, so that whole pages go back to the kernel: a
 * collection by itself leaves the holes where they are. Some ten milliseconds. Needs `--expose-gc`; without it, and
 * with a V8 that does not know how to compact, it does less or nothing.
 */
export function giveBackGarbage(): void {
  setFlagsFromString('--compact-on-every-full-gc');
  globalThis.gc?.();
  setFlagsFromString('--no-compact-on-every-full-gc');
}
