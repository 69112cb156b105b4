import { LITTLE } from './numbers.js';
import { answerSize } from './request.js';

/** Of `struct walk` (bpf/requests/asked.bpf.h), what comes before the answers. */
const HEADER_SIZE = 16;

/** `struct walk`, up to its answers: from the first thread on. */
export function beginWalk(): Uint8Array {
  return goOnWithWalk(1);
}

/** The same from a number on. */
export function goOnWithWalk(next: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  new DataView(bytes.buffer).setUint32(0, next, LITTLE);
  return bytes;
}

export interface Walked {
  /** Any number of `struct answer` */
  readonly answers: Uint8Array;
  /** The number of the thread to go on with. */
  readonly next: number;
  readonly hasEnded: boolean;
}

/** `struct walk` */
export function decodeWalk(words: number, bytes: Uint8Array): Walked {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const count = view.getUint32(8, LITTLE);
  return {
    next: view.getUint32(0, LITTLE),
    hasEnded: view.getUint32(4, LITTLE) !== 0,
    answers: bytes.subarray(HEADER_SIZE, HEADER_SIZE + count * answerSize(words)),
  };
}
