import { LITTLE } from './numbers.js';

/** A bit for each kind of match. */
export const MATCH_BITS = { exe: 1, command: 2, user: 4, cgroup: 8, all: 16 } as const;

export const MAX_GROUPS = 64;
/** The set of levels of a process that came into groups whose levels nobody has put together yet. */
export const PROVISIONAL_SET = 0xffff_ffff;
/** In bytes, with a zero at the end. */
export const CGROUP_PATH_LENGTH = 512;

/** `struct matching` */
export function encodeMatching(matching: { inheriting: bigint; all: bigint; kinds: number }): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, matching.inheriting, LITTLE);
  view.setBigUint64(8, matching.all, LITTLE);
  view.setUint32(16, matching.kinds, LITTLE);
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
