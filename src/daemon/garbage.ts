import { setFlagsFromString } from 'node:v8';

/**
 * What is so meanwhile, and what otherwise: with that the starter tells that it has asked this V8, and that it knows the
 * flag. Of another it complains.
 */
const FLAGS = [
  { meanwhile: '--compact-on-every-full-gc', otherwise: '--no-compact-on-every-full-gc' },
  { meanwhile: '--stress-flush-code', otherwise: '--no-stress-flush-code' },
];

/**
 * Collects what has become garbage, the code of functions among it, each of which is compiled again when it is called, and
 * moves together what is left, so that whole pages go back to the kernel: a collection by itself leaves the holes where
 * they are. Some ten milliseconds. Does nothing without `--expose-gc`.
 */
export function giveBackGarbage(): void {
  const flags = FLAGS.filter(({ otherwise }) => process.execArgv.includes(otherwise));
  for (const { meanwhile } of flags) setFlagsFromString(meanwhile);
  globalThis.gc?.();
  for (const { otherwise } of flags) setFlagsFromString(otherwise);
}
