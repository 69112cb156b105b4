import { LITTLE } from './numbers.js';

const MAX_UNGUARDED_PROGRAMS = 64;
const SIZE = 16;
const ACTIVE = 8;

/** `struct unguarded_program`, one for each id. */
export function encodeUnguarded(ids: readonly number[]): Uint8Array {
  if (ids.length > MAX_UNGUARDED_PROGRAMS)
    throw new RangeError(`only ${MAX_UNGUARDED_PROGRAMS} can be watched by the net`);
  const bytes = new Uint8Array(SIZE * ids.length);
  const view = new DataView(bytes.buffer);
  ids.forEach((id, index) => {
    view.setUint32(SIZE * index, id, LITTLE);
  });
  return bytes;
}

/** How many of the first `count` have been found by their ids. */
export function countFound(bytes: Uint8Array, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }).filter(
    (_, index) => view.getBigUint64(SIZE * index + ACTIVE, LITTLE) !== 0n,
  ).length;
}
