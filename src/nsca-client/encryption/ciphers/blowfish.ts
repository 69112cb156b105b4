/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { fractionOfPi } from './pi.js';
import { readBE, writeBE } from './words.js';

const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOX = 256;

let digitsOfPi: Int32Array | undefined;

/** Blowfish (Schneier: "Description of a New Variable-Length Key, 64-Bit Block Cipher", 1993). Key: 56 bytes. */
export function blowfish(key: Uint8Array): BlockCipher {
  digitsOfPi ??= fractionOfPi(SUBKEYS + 4 * BOX);
  const table = Int32Array.from(digitsOfPi);
  const subkeys = table.subarray(0, SUBKEYS);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((i) =>
    table.subarray(SUBKEYS + i * BOX, SUBKEYS + (i + 1) * BOX),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const cipher: BlockCipher = {
    blockSize: 8,
    encryptBlock(from, at, to) {
      let left = readBE(from, at);
      let right = readBE(from, at + 4);
      for (let i = 0; i < ROUNDS; i += 2) {
        left ^= subkeys[i]!;
        right ^=
          ((s0[left >>> 24]! + s1[(left >>> 16) & 0xff]!) ^ s2[(left >>> 8) & 0xff]!) + s3[left & 0xff]!;
        right ^= subkeys[i + 1]!;
        left ^=
          ((s0[right >>> 24]! + s1[(right >>> 16) & 0xff]!) ^ s2[(right >>> 8) & 0xff]!) + s3[right & 0xff]!;
      }
      writeBE(to, 0, right ^ subkeys[ROUNDS + 1]!);
      writeBE(to, 4, left ^ subkeys[ROUNDS]!);
    },
  };
  mixIn(key, table, cipher);
  return cipher;
}

/** The key goes over the subkeys; then the cipher encrypts zeros, on and on, over all of its own table. */
function mixIn(key: Uint8Array, table: Int32Array, cipher: BlockCipher): void {
  for (let i = 0; i < SUBKEYS; i++) table[i] = table[i]! ^ readBE(key, (4 * i) % key.length);
  const block = new Uint8Array(8);
  for (let i = 0; i < table.length; i += 2) {
    cipher.encryptBlock(block, 0, block);
    table[i] = readBE(block, 0);
    table[i + 1] = readBE(block, 4);
  }
}
