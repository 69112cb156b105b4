/* eslint-disable @typescript-eslint/no-non-null-assertion -- callers stay within the bytes that they have */

/** A table written as hexadecimal words of 32 bits. */
export const words = (text: string): Int32Array =>
  Int32Array.from(text.trim().split(/\s+/), (word) => Number.parseInt(word, 16));

export const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

export const readBE = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

export const readLE = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

export function writeBE(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

export function writeLE(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

/** The words of a key, in the order of its bytes. */
export const wordsOf = (key: Uint8Array, read: (bytes: Uint8Array, at: number) => number): Int32Array =>
  Int32Array.from({ length: key.length / 4 }, (_, index) => read(key, 4 * index));
