/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { galoisMultiply } from './galois.js';
import { readLE, wordsOf, writeLE } from './words.js';

/** Each round takes three subkeys of 64 bits. */
const ROUNDS = 16;
const SUBKEYS = 3 * ROUNDS;

/** LOKI97 (Brown, Pieprzyk: "Introducing the new LOKI97 Block Cipher", 1998). Key: 32 bytes. */
export function loki97(key: Uint8Array): BlockCipher {
  if (S1.length === 0) makeBoxes();
  const k = schedule(wordsOf(key, readLE));
  return {
    blockSize: 16,
    encryptBlock(from, at, to) {
      let leftHigh = readLE(from, at);
      let leftLow = readLE(from, at + 4);
      let rightHigh = readLE(from, at + 8);
      let rightLow = readLE(from, at + 12);
      for (let i = 0; i < 2 * SUBKEYS; i += 6) {
        rightHigh = highOfSum(rightHigh, rightLow, k[i]!, k[i + 1]!);
        rightLow = (rightLow + k[i + 1]!) | 0;
        f(rightHigh, rightLow, k[i + 2]!, k[i + 3]!);
        const newHigh = leftHigh ^ fHigh;
        const newLow = leftLow ^ fLow;
        leftHigh = highOfSum(rightHigh, rightLow, k[i + 4]!, k[i + 5]!);
        leftLow = (rightLow + k[i + 5]!) | 0;
        rightHigh = newHigh;
        rightLow = newLow;
      }
      writeLE(to, 0, rightHigh);
      writeLE(to, 4, rightLow);
      writeLE(to, 8, leftHigh);
      writeLE(to, 12, leftLow);
    },
  };
}

/** The upper word of a sum of 64 bits. */
const highOfSum = (aHigh: number, aLow: number, bHigh: number, bLow: number): number =>
  (aHigh + bHigh + ((aLow >>> 0) + (bLow >>> 0) > 0xffffffff ? 1 : 0)) | 0;

/**
 * S1 takes 13 bits, S2 takes 11: the inverted input's cube in a Galois field, of which 8 bits are kept. Made with the
 * first key: who has another method does not pay for it.
 */
let S1 = new Uint8Array();
let S2 = new Uint8Array();

function makeBoxes(): void {
  S1 = cubes(13, 0x2911);
  S2 = cubes(11, 0xaa7);
}

function cubes(bits: number, modulus: number): Uint8Array<ArrayBuffer> {
  const ones = (1 << bits) - 1;
  return Uint8Array.from({ length: 1 << bits }, (_, x) => {
    const inverted = x ^ ones;
    return galoisMultiply(galoisMultiply(inverted, inverted, modulus), inverted, modulus);
  });
}

/**
 * The permutation P: bit `8 * row + column` of what the first boxes gave goes to `8 * column + 7 - row`, rows
 * counted from the lowest byte. So all of a byte's bits go to one place in each byte; this spreads the lower
 * and the upper 4 bits.
 */
const SPREAD = Int32Array.from({ length: 16 }, (_, bits) =>
  [0, 1, 2, 3].reduce((word, i) => word | (((bits >> i) & 1) << (8 * i)), 0),
);

// The last result of f; an object for each of millions of calls would cost more than the call.
let fHigh = 0;
let fLow = 0;

/** The round function: keyed permutation, expansion, S-boxes, permutation P, S-boxes with key. */
function f(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const swapped = (aHigh ^ aLow) & bLow;
  const high = aHigh ^ swapped;
  const low = aLow ^ swapped;
  const e7 = S1[((low & 0x1f) << 8) | (high >>> 24)]!;
  const e6 = S2[(high >>> 16) & 0x7ff]!;
  const e5 = S1[(high >>> 8) & 0x1fff]!;
  const e4 = S2[high & 0x7ff]!;
  const e3 = S2[((high & 0x7) << 8) | (low >>> 24)]!;
  const e2 = S1[(low >>> 16) & 0x1fff]!;
  const e1 = S2[(low >>> 8) & 0x7ff]!;
  const e0 = S1[low & 0x1fff]!;
  const pHigh =
    (SPREAD[e7 >> 4]! << 0) |
    (SPREAD[e6 >> 4]! << 1) |
    (SPREAD[e5 >> 4]! << 2) |
    (SPREAD[e4 >> 4]! << 3) |
    (SPREAD[e3 >> 4]! << 4) |
    (SPREAD[e2 >> 4]! << 5) |
    (SPREAD[e1 >> 4]! << 6) |
    (SPREAD[e0 >> 4]! << 7);
  const pLow =
    (SPREAD[e7 & 15]! << 0) |
    (SPREAD[e6 & 15]! << 1) |
    (SPREAD[e5 & 15]! << 2) |
    (SPREAD[e4 & 15]! << 3) |
    (SPREAD[e3 & 15]! << 4) |
    (SPREAD[e2 & 15]! << 5) |
    (SPREAD[e1 & 15]! << 6) |
    (SPREAD[e0 & 15]! << 7);
  fHigh =
    (S2[((bHigh >>> 21) & 0x700) | (pHigh >>> 24)]! << 24) |
    (S2[((bHigh >>> 18) & 0x700) | ((pHigh >>> 16) & 0xff)]! << 16) |
    (S1[((bHigh >>> 13) & 0x1f00) | ((pHigh >>> 8) & 0xff)]! << 8) |
    S1[((bHigh >>> 8) & 0x1f00) | (pHigh & 0xff)]!;
  fLow =
    (S2[((bHigh >>> 5) & 0x700) | (pLow >>> 24)]! << 24) |
    (S2[((bHigh >>> 2) & 0x700) | ((pLow >>> 16) & 0xff)]! << 16) |
    (S1[((bHigh << 3) & 0x1f00) | ((pLow >>> 8) & 0xff)]! << 8) |
    S1[((bHigh << 8) & 0x1f00) | (pLow & 0xff)]!;
}

/** (sqrt(5) - 1) * 2^63 */
const DELTA_HIGH = 0x9e3779b9 | 0;
const DELTA_LOW = 0x7f4a7c15;

/** The key's four words of 64 bits are the state of a Feistel network with f, which gives a subkey a round. */
function schedule(key: Int32Array): Int32Array {
  const k = new Int32Array(2 * SUBKEYS);
  let [h4, l4, h3, l3, h2, l2, h1, l1] = key as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  let deltaHigh = 0;
  let deltaLow = 0;
  for (let i = 0; i < 2 * SUBKEYS; i += 2) {
    deltaHigh = highOfSum(deltaHigh, deltaLow, DELTA_HIGH, DELTA_LOW);
    deltaLow = (deltaLow + DELTA_LOW) | 0;
    const high = highOfSum(h1, l1, h3, l3);
    const low = (l1 + l3) | 0;
    f(highOfSum(high, low, deltaHigh, deltaLow), (low + deltaLow) | 0, h2, l2);
    [h4, l4, h3, l3, h2, l2, h1, l1] = [h3, l3, h2, l2, h1, l1, h4 ^ fHigh, l4 ^ fLow];
    k[i] = h1;
    k[i + 1] = l1;
  }
  return k;
}
