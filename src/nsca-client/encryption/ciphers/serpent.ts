/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { box0, box1, box2, box3, box4, box5, box6, box7 } from './serpent-boxes.js';
import { readLE, rotateLeft, wordsOf, writeLE } from './words.js';

const ROUNDS = 32;

/** Serpent (Anderson, Biham, Knudsen: "Serpent: A Proposal for the AES", 1998), bitsliced. Key: 32 bytes. */
export function serpent(key: Uint8Array): BlockCipher {
  const k = schedule(wordsOf(key, readLE));
  const x = new Int32Array(4);
  return {
    blockSize: 16,
    encryptBlock(from, at, to) {
      for (let i = 0; i < 4; i++) x[i] = readLE(from, at + 4 * i);
      // Named calls, where a table of boxes would keep the compiler from inlining them.
      for (let i = 0; i < 4 * ROUNDS; i += 32) {
        box0(x, k, i);
        mix(x);
        box1(x, k, i + 4);
        mix(x);
        box2(x, k, i + 8);
        mix(x);
        box3(x, k, i + 12);
        mix(x);
        box4(x, k, i + 16);
        mix(x);
        box5(x, k, i + 20);
        mix(x);
        box6(x, k, i + 24);
        mix(x);
        box7(x, k, i + 28);
        // The last round has another key in its place.
        if (i + 32 < 4 * ROUNDS) mix(x);
      }
      for (let i = 0; i < 4; i++) writeLE(to, 4 * i, x[i]! ^ k[4 * ROUNDS + i]!);
    },
  };
}

/** The linear transformation. */
function mix(x: Int32Array): void {
  const a = rotateLeft(x[0]!, 13);
  const c = rotateLeft(x[2]!, 3);
  const b = rotateLeft(x[1]! ^ a ^ c, 1);
  const d = rotateLeft(x[3]! ^ c ^ (a << 3), 7);
  x[0] = rotateLeft(a ^ b ^ d, 5);
  x[1] = b;
  x[2] = rotateLeft(c ^ d ^ (b << 7), 22);
  x[3] = d;
}

const NO_KEY = new Int32Array(4);

/** A recurrence over the key's words, then the boxes over its results, from box 3 downwards. */
function schedule(key: Int32Array): Int32Array {
  const w = new Int32Array(8 + 4 * (ROUNDS + 1));
  w.set(key);
  for (let i = 8; i < w.length; i++) {
    w[i] = rotateLeft(w[i - 8]! ^ w[i - 5]! ^ w[i - 3]! ^ w[i - 1]! ^ 0x9e3779b9 ^ (i - 8), 11);
  }
  const k = w.subarray(8);
  const boxes = [box3, box2, box1, box0, box7, box6, box5, box4] as const;
  for (let group = 0; group <= ROUNDS; group++) {
    boxes[group % 8]!(k.subarray(4 * group, 4 * group + 4), NO_KEY, 0);
  }
  return k;
}
