/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { galoisMultiply } from './galois.js';
import { readBE, rotateLeft, wordsOf, writeBE } from './words.js';

/** Of GF(2^8) in Rijndael: x^8 + x^4 + x^3 + x + 1. */
const MODULUS = 0x11b;
const ROUNDS = 14;

/**
 * Rijndael (Daemen, Rijmen: "AES Proposal: Rijndael", 1999) with blocks of 24 or 32 bytes, which AES left out.
 * Key: 32 bytes.
 */
export function rijndael(blockSize: 24 | 32, key: Uint8Array): BlockCipher {
  const columns = blockSize / 4;
  tables ??= makeTables();
  const { box, t0, t1, t2, t3 } = tables;
  const k = schedule(wordsOf(key, readBE), columns * (ROUNDS + 1), box);
  // ShiftRows: how far each row moves depends on the block (table 2 of the proposal).
  const [shift1, shift2, shift3] = blockSize === 24 ? [1, 2, 3] : [1, 3, 4];
  // A state is kept twice in a row, so that a shifted column needs no modulo.
  const [one, other] = [new Int32Array(2 * columns), new Int32Array(2 * columns)];
  return {
    blockSize,
    encryptBlock(from, at, to) {
      let state = one;
      let next = other;
      for (let c = 0; c < columns; c++) {
        state[c] = state[c + columns] = readBE(from, at + 4 * c) ^ k[c]!;
      }
      let j = columns;
      for (let round = 1; round < ROUNDS; round++) {
        for (let c = 0; c < columns; c++, j++) {
          next[c] = next[c + columns] =
            t0[state[c]! >>> 24]! ^
            t1[(state[c + shift1]! >>> 16) & 0xff]! ^
            t2[(state[c + shift2]! >>> 8) & 0xff]! ^
            t3[state[c + shift3]! & 0xff]! ^
            k[j]!;
        }
        [state, next] = [next, state];
      }
      for (let c = 0; c < columns; c++, j++) {
        const substituted =
          (box[state[c]! >>> 24]! << 24) |
          (box[(state[c + shift1]! >>> 16) & 0xff]! << 16) |
          (box[(state[c + shift2]! >>> 8) & 0xff]! << 8) |
          box[state[c + shift3]! & 0xff]!;
        writeBE(to, 4 * c, substituted ^ k[j]!);
      }
    },
  };
}

function affine(x: number): number {
  const doubled = x * 0x101;
  return x ^ (doubled >> 4) ^ (doubled >> 5) ^ (doubled >> 6) ^ (doubled >> 7) ^ 0x63;
}

/** What does not depend on the key, made with the first one: who has another method does not pay for it. */
function makeTables() {
  // 4.2.1: the inverse in GF(2^8), then an affine map. The powers of 3 are all numbers but 0, and those of 0xf6 are
  // their inverses.
  const box = new Uint8Array(256).fill(affine(0), 0, 1);
  for (let power = 0, x = 1, inverse = 1; power < 255; power++) {
    box[x] = affine(inverse);
    x = galoisMultiply(x, 3, MODULUS);
    inverse = galoisMultiply(inverse, 0xf6, MODULUS);
  }
  // 5.2.1: substitution and MixColumn in one table for each row.
  const t0 = Int32Array.from(box, (s) => {
    const twice = galoisMultiply(2, s, MODULUS);
    return (twice << 24) | (s << 16) | (s << 8) | (twice ^ s);
  });
  return {
    box,
    t0,
    t1: t0.map((word) => rotateLeft(word, 24)),
    t2: t0.map((word) => rotateLeft(word, 16)),
    t3: t0.map((word) => rotateLeft(word, 8)),
  };
}

let tables: ReturnType<typeof makeTables> | undefined;

const substitute = (box: Uint8Array, word: number): number =>
  (box[word >>> 24]! << 24) |
  (box[(word >>> 16) & 0xff]! << 16) |
  (box[(word >>> 8) & 0xff]! << 8) |
  box[word & 0xff]!;

/** 4.3.1, for keys of 8 words. */
function schedule(key: Int32Array, length: number, box: Uint8Array): Int32Array {
  const k = new Int32Array(length);
  k.set(key.subarray(0, Math.min(8, length)));
  let constant = 1;
  for (let i = 8; i < length; i++) {
    let word = k[i - 1]!;
    if (i % 8 === 0) {
      word = substitute(box, rotateLeft(word, 8)) ^ (constant << 24);
      constant = galoisMultiply(2, constant, MODULUS);
    } else if (i % 8 === 4) {
      word = substitute(box, word);
    }
    k[i] = k[i - 8]! ^ word;
  }
  return k;
}
