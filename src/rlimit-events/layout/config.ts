import { LITTLE } from './numbers.js';

export const SYSCALLS = 512;
/** A weight is a number up to this, with marks; or WEIGHT_UNKNOWN, which is all marks. */
export const MOST_WEIGHT = 0xff;
export const WEIGHT_BY_BYTES = 0x100;
export const WEIGHT_BY_ABI = 0x200;
export const WEIGHT_UNKNOWN = 0xffff;

/** Where the weights begin. */
const WEIGHTS = 32;

/** `struct config` */
export function encodeConfig(config: {
  missesIoUring: boolean;
  setuid: readonly number[];
  /** In getrlimit(2). */
  resource: number;
  /** Bytes. */
  pageSize: number;
  /** Of the scheduler's ticks. */
  microsecondsPerTick: number;
  /** How many programs are named in `.data.unguarded`. */
  unguardedPrograms: number;
  weights: Uint16Array;
}): Uint8Array {
  const bytes = new Uint8Array(WEIGHTS + 2 * SYSCALLS);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Number(config.missesIoUring), LITTLE);
  config.setuid.forEach((number, index) => {
    view.setUint32(4 + 4 * index, number, LITTLE);
  });
  view.setUint32(16, config.resource, LITTLE);
  view.setUint32(20, config.pageSize, LITTLE);
  view.setUint32(24, config.microsecondsPerTick, LITTLE);
  view.setUint32(28, config.unguardedPrograms, LITTLE);
  config.weights.forEach((weight, number) => {
    view.setUint16(WEIGHTS + 2 * number, weight, LITTLE);
  });
  return bytes;
}
