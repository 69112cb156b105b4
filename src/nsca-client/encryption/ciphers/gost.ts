/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { readBE, readLE, rotateLeft, wordsOf, writeBE } from './words.js';

/**
 * The standard leaves the S-boxes open. libmcrypt has those of the Central Bank of Russia (Schneier: "Applied
 * Cryptography", 14.1), with the first of them for the highest 4 bits, data in big-endian words, and a misprint:
 * the last number should be 12.
 */
const BOXES = [
  [4, 10, 9, 2, 13, 8, 0, 14, 6, 11, 1, 12, 7, 15, 5, 3],
  [14, 11, 4, 12, 6, 13, 15, 10, 2, 3, 8, 1, 0, 7, 5, 9],
  [5, 8, 1, 13, 10, 3, 4, 2, 14, 15, 12, 7, 6, 0, 9, 11],
  [7, 13, 10, 1, 0, 8, 9, 15, 14, 4, 6, 12, 11, 2, 5, 3],
  [6, 12, 7, 1, 5, 15, 13, 8, 4, 10, 9, 14, 0, 3, 11, 2],
  [4, 11, 10, 0, 7, 2, 1, 13, 3, 6, 8, 5, 9, 12, 15, 14],
  [13, 11, 4, 1, 3, 15, 5, 9, 0, 10, 14, 7, 6, 8, 2, 12],
  [1, 15, 13, 0, 5, 7, 10, 4, 9, 2, 3, 14, 6, 11, 8, 2],
] as const;

/** Two boxes at a time, and the rotation by 11 that follows them. */
const [T0, T1, T2, T3] = [0, 1, 2, 3].map((byte) =>
  Int32Array.from({ length: 256 }, (_, x) =>
    rotateLeft(((BOXES[6 - 2 * byte]![x >> 4]! << 4) | BOXES[7 - 2 * byte]![x & 15]!) << (8 * byte), 11),
  ),
) as [Int32Array, Int32Array, Int32Array, Int32Array];

const substitute = (word: number): number =>
  T0[word & 0xff]! ^ T1[(word >>> 8) & 0xff]! ^ T2[(word >>> 16) & 0xff]! ^ T3[word >>> 24]!;

/** GOST 28147-89 (RFC 5830). Key: 32 bytes. */
export function gost(key: Uint8Array): BlockCipher {
  const words = wordsOf(key, readLE);
  // Three times the key's words forwards, then once backwards.
  const k = Int32Array.from([...words, ...words, ...words, ...words.toReversed()]);
  return {
    blockSize: 8,
    encryptBlock(from, at, to) {
      let n1 = readBE(from, at);
      let n2 = readBE(from, at + 4);
      for (let i = 0; i < 32; i += 2) {
        n2 ^= substitute((n1 + k[i]!) | 0);
        n1 ^= substitute((n2 + k[i + 1]!) | 0);
      }
      writeBE(to, 0, n2);
      writeBE(to, 4, n1);
    },
  };
}
