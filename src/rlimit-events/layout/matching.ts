import { encodeMask, WORD_SIZE } from './mask.js';
import { LITTLE } from './numbers.js';

/** A bit for each kind of match. */
export const MATCH_BITS = { exe: 1, command: 2, user: 4, cgroup: 8, all: 16 } as const;

/** The set of levels of a process that came into groups whose levels nobody has put together yet. */
export const PROVISIONAL_SET = 0xffff_ffff;
/** In bytes, with a zero at the end. */
export const CGROUP_PATH_LENGTH = 512;

/** `struct matching` */
export function encodeMatching(
  words: number,
  { inheriting, all, kinds }: { inheriting: bigint; all: bigint; kinds: number },
): Uint8Array {
  const size = WORD_SIZE * words;
  const bytes = new Uint8Array(2 * size + 8);
  const view = new DataView(bytes.buffer);
  bytes.set(encodeMask(words, inheriting));
  bytes.set(encodeMask(words, all), size);
  view.setUint32(2 * size, kinds, LITTLE);
  view.setUint32(2 * size + 4, Number(inheriting !== 0n), LITTLE);
  return bytes;
}

/** An executable as the kernel has it: the inode, and the device of the file system that it is on. */
export interface Executable {
  readonly device: number;
  readonly inode: bigint;
}

/** `struct exe` */
export function encodeExe({ device, inode }: Executable): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, inode, LITTLE);
  view.setUint32(8, device, LITTLE);
  return bytes;
}
