/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { galoisMultiply } from './galois.js';
import { readLE, rotateLeft, writeLE } from './words.js';

/** Twofish (Schneier et al., 1998) with all tables made for the key. Key: 32 bytes. */
export function twofish(key: Uint8Array): BlockCipher {
  const k = subkeys(key);
  const [s0, s1, s2, s3] = keyedBoxes(key);
  return {
    blockSize: 16,
    encryptBlock(from, at, to) {
      let a = readLE(from, at) ^ k[0]!;
      let b = readLE(from, at + 4) ^ k[1]!;
      let c = readLE(from, at + 8) ^ k[2]!;
      let d = readLE(from, at + 12) ^ k[3]!;
      for (let i = 8; i < 40; i += 4) {
        let t0 = s0[a & 0xff]! ^ s1[(a >>> 8) & 0xff]! ^ s2[(a >>> 16) & 0xff]! ^ s3[a >>> 24]!;
        let t1 = s0[b >>> 24]! ^ s1[b & 0xff]! ^ s2[(b >>> 8) & 0xff]! ^ s3[(b >>> 16) & 0xff]!;
        c = rotateLeft(c ^ (t0 + t1 + k[i]!), 31);
        d = rotateLeft(d, 1) ^ (t0 + 2 * t1 + k[i + 1]!);
        t0 = s0[c & 0xff]! ^ s1[(c >>> 8) & 0xff]! ^ s2[(c >>> 16) & 0xff]! ^ s3[c >>> 24]!;
        t1 = s0[d >>> 24]! ^ s1[d & 0xff]! ^ s2[(d >>> 8) & 0xff]! ^ s3[(d >>> 16) & 0xff]!;
        a = rotateLeft(a ^ (t0 + t1 + k[i + 2]!), 31);
        b = rotateLeft(b, 1) ^ (t0 + 2 * t1 + k[i + 3]!);
      }
      writeLE(to, 0, c ^ k[4]!);
      writeLE(to, 4, d ^ k[5]!);
      writeLE(to, 8, a ^ k[6]!);
      writeLE(to, 12, b ^ k[7]!);
    },
  };
}

function bytePermutation(...boxes: [string, string, string, string]): Uint8Array {
  const [t0, t1, t2, t3] = boxes.map((box) => Array.from(box, (digit) => Number.parseInt(digit, 16))) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const mixed = (a: number, b: number): [number, number] => [
    a ^ b,
    (a ^ (b << 3) ^ (b >> 1) ^ (a << 3)) & 15,
  ];
  return Uint8Array.from({ length: 256 }, (_, x) => {
    const [a1, b1] = mixed(x >> 4, x & 15);
    const [a3, b3] = mixed(t0[a1]!, t1[b1]!);
    return (t3[b3]! << 4) | t2[a3]!;
  });
}

/** What does not depend on the key. Made with the first key: who has another method does not pay for it. */
function makeTables() {
  // 4.3.5: the permutations of bytes q0 and q1, each made of four permutations of 4 bits.
  const q0 = bytePermutation('817d6f320b59eca4', 'ecb81235f4a6709d', 'ba5e6d90c8f32471', 'd7f4126e9b3085ca');
  const q1 = bytePermutation('28bdf76e31940ac5', '1e2b4c376da5f908', '4c75169a0ed82b3f', 'b951c3de647f208a');
  return {
    /** 4.3.2: which q each of the four bytes of a word goes through, from the innermost, before each key word. */
    order: [
      [q1, q0, q0, q1],
      [q1, q1, q0, q0],
      [q0, q1, q0, q1],
      [q0, q0, q1, q1],
      [q1, q0, q1, q0],
    ],
    /** 4.3.2: columns of the matrix that follows the permutations, times each byte. */
    mds: [
      [0x01, 0x5b, 0xef, 0xef],
      [0xef, 0xef, 0x5b, 0x01],
      [0x5b, 0xef, 0x01, 0xef],
      [0x5b, 0x01, 0xef, 0x5b],
    ].map((column) =>
      Int32Array.from({ length: 256 }, (_, x) =>
        column.reduce((word, factor, row) => word | (galoisMultiply(factor, x, 0x169) << (8 * row)), 0),
      ),
    ),
  };
}

let tables: ReturnType<typeof makeTables> | undefined;

/** 4.3: one byte's part in the function h, with the bytes of the key words that it meets, L3 first. */
function h(place: number, x: number, keyBytes: readonly number[]): number {
  tables ??= makeTables();
  const { order, mds } = tables;
  let byte = order[0]![place]![x]!;
  for (const [i, keyByte] of keyBytes.entries()) byte = order[i + 1]![place]![byte ^ keyByte]!;
  return mds[place]![byte]!;
}

function subkeys(key: Uint8Array): Int32Array {
  const k = new Int32Array(40);
  // Even words of the key make A, odd words make B; the last of them is L3.
  const part = (x: number, odd: 0 | 1) =>
    [0, 1, 2, 3].reduce(
      (word, place) =>
        word ^
        h(
          place,
          x,
          [3, 2, 1, 0].map((i) => key[8 * i + 4 * odd + place]!),
        ),
      0,
    );
  for (let i = 0; i < 40; i += 2) {
    const a = part(i, 0);
    const b = rotateLeft(part(i + 1, 1), 8);
    k[i] = a + b;
    k[i + 1] = rotateLeft((a + 2 * b) | 0, 9);
  }
  return k;
}

/** 4.3: what the key's bytes, 8 at a time, are multiplied with for the key of the S-boxes. */
const RS = [
  [0x01, 0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e],
  [0xa4, 0x56, 0x82, 0xf3, 0x1e, 0xc6, 0x68, 0xe5],
  [0x02, 0xa1, 0xfc, 0xc1, 0x47, 0xae, 0x3d, 0x19],
  [0xa4, 0x55, 0x87, 0x5a, 0x58, 0xdb, 0x9e, 0x03],
] as const;

function keyedBoxes(key: Uint8Array): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const s = (word: number, row: number) =>
    RS[row]!.reduce((sum, factor, i) => sum ^ galoisMultiply(factor, key[8 * word + i]!, 0x14d), 0);
  return [0, 1, 2, 3].map((place) => {
    // The words are taken in reverse, so that the first of the key is L3.
    const keyBytes = [0, 1, 2, 3].map((word) => s(word, place));
    return Int32Array.from({ length: 256 }, (_, x) => h(place, x, keyBytes));
  }) as [Int32Array, Int32Array, Int32Array, Int32Array];
}
