/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { readBE, wordsOf, writeBE } from './words.js';

const ROUNDS = 32;
/** 2^32 divided by the golden ratio. */
const DELTA = 0x9e3779b9;

/** XTEA (Needham, Wheeler: "Tea extensions", 1997), with big-endian words as in libmcrypt. Key: 16 bytes. */
export function xtea(key: Uint8Array): BlockCipher {
  const keys = roundKeys(wordsOf(key, readBE));
  return {
    blockSize: 8,
    encryptBlock(from, at, to) {
      let left = readBE(from, at);
      let right = readBE(from, at + 4);
      for (let i = 0; i < 2 * ROUNDS; i += 2) {
        left = (left + ((((right << 4) ^ (right >>> 5)) + right) ^ keys[i]!)) | 0;
        right = (right + ((((left << 4) ^ (left >>> 5)) + left) ^ keys[i + 1]!)) | 0;
      }
      writeBE(to, 0, left);
      writeBE(to, 4, right);
    },
  };
}

function roundKeys(key: Int32Array): Int32Array {
  const keys = new Int32Array(2 * ROUNDS);
  let sum = 0;
  for (let i = 0; i < keys.length; i += 2) {
    keys[i] = sum + key[sum & 3]!;
    sum = (sum + DELTA) | 0;
    keys[i + 1] = sum + key[(sum >>> 11) & 3]!;
  }
  return keys;
}
