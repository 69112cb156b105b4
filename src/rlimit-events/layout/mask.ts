import { LITTLE } from './numbers.js';

/** Bytes. */
export const WORD_SIZE = 8;
const BITS = 64;

/** How many words a mask of groups has in an object, and in that for many groups (GROUP_WORDS in bpf/rlimit_events.h). */
export const ONE_WORD = 1;
export const MANY_WORDS = 16;

/** The most groups that a resource can have. */
export const MAX_GROUPS = BITS * MANY_WORDS;
/** The most that it can have in an object that is not for many. */
export const FEW_GROUPS = BITS * ONE_WORD;

/** `struct groups` */
export function encodeMask(words: number, groups: bigint): Uint8Array {
  const bytes = new Uint8Array(WORD_SIZE * words);
  const view = new DataView(bytes.buffer);
  for (let word = 0, rest = groups; word < words; word++, rest >>= 64n)
    view.setBigUint64(WORD_SIZE * word, BigInt.asUintN(BITS, rest), LITTLE);
  return bytes;
}

/** `struct groups` */
export function decodeMask(words: number, view: DataView, offset: number): bigint {
  let groups = view.getBigUint64(offset, LITTLE);
  for (let word = 1; word < words; word++) {
    const bits = view.getBigUint64(offset + WORD_SIZE * word, LITTLE);
    // Most words of most masks are empty.
    if (bits !== 0n) groups |= bits << BigInt(BITS * word);
  }
  return groups;
}
