/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';

/** For a key of 32 bytes. */
const ROUNDS = 16;
const SUBKEYS = 2 * ROUNDS + 1;
const BLOCK = 16;

/** 45 to the power of each byte, modulo the prime 257, with 256 written as 0; and the logarithm that undoes it. */
const EXP = new Uint8Array(256);
const LOG = new Uint8Array(256);
for (let exponent = 0, power = 1; exponent < 256; exponent++, power = (45 * power) % 257) {
  EXP[exponent] = power;
  LOG[power & 0xff] = exponent;
}

/**
 * SAFER+ (Massey, Khachatrian, Kuregian: "Nomination of SAFER+ as Candidate Algorithm for the AES", 1998).
 * libmcrypt takes the words of 4 bytes in reverse order, of the key as of the data. Key: 32 bytes.
 */
export function saferPlus(key: Uint8Array): BlockCipher {
  const k = schedule(reversedWords(key));
  return {
    blockSize: BLOCK,
    encryptBlock(from, at, to) {
      let x1 = from[at + 12]!;
      let x2 = from[at + 13]!;
      let x3 = from[at + 14]!;
      let x4 = from[at + 15]!;
      let x5 = from[at + 8]!;
      let x6 = from[at + 9]!;
      let x7 = from[at + 10]!;
      let x8 = from[at + 11]!;
      let x9 = from[at + 4]!;
      let x10 = from[at + 5]!;
      let x11 = from[at + 6]!;
      let x12 = from[at + 7]!;
      let x13 = from[at]!;
      let x14 = from[at + 1]!;
      let x15 = from[at + 2]!;
      let x16 = from[at + 3]!;
      let i = 0;
      for (; i < 2 * ROUNDS * BLOCK; i += 2 * BLOCK) {
        let s1 = EXP[(x1 ^ k[i]!) & 0xff]! + k[i + 16]!;
        let s2 = LOG[(x2 + k[i + 1]!) & 0xff]! ^ k[i + 17]!;
        let s3 = LOG[(x3 + k[i + 2]!) & 0xff]! ^ k[i + 18]!;
        let s4 = EXP[(x4 ^ k[i + 3]!) & 0xff]! + k[i + 19]!;
        let s5 = EXP[(x5 ^ k[i + 4]!) & 0xff]! + k[i + 20]!;
        let s6 = LOG[(x6 + k[i + 5]!) & 0xff]! ^ k[i + 21]!;
        let s7 = LOG[(x7 + k[i + 6]!) & 0xff]! ^ k[i + 22]!;
        let s8 = EXP[(x8 ^ k[i + 7]!) & 0xff]! + k[i + 23]!;
        let s9 = EXP[(x9 ^ k[i + 8]!) & 0xff]! + k[i + 24]!;
        let s10 = LOG[(x10 + k[i + 9]!) & 0xff]! ^ k[i + 25]!;
        let s11 = LOG[(x11 + k[i + 10]!) & 0xff]! ^ k[i + 26]!;
        let s12 = EXP[(x12 ^ k[i + 11]!) & 0xff]! + k[i + 27]!;
        let s13 = EXP[(x13 ^ k[i + 12]!) & 0xff]! + k[i + 28]!;
        let s14 = LOG[(x14 + k[i + 13]!) & 0xff]! ^ k[i + 29]!;
        let s15 = LOG[(x15 + k[i + 14]!) & 0xff]! ^ k[i + 30]!;
        let s16 = EXP[(x16 ^ k[i + 15]!) & 0xff]! + k[i + 31]!;

        // The linear layer: four times a pseudo-Hadamard transform (a, b) -> (2a + b, a + b) of each pair, with
        // the "Armenian shuffle" between them, which is only another choice of pairs here. Bytes grow to at most
        // 81 * 510 until the next round reduces them.
        s2 += s1;
        s1 += s2;
        s4 += s3;
        s3 += s4;
        s6 += s5;
        s5 += s6;
        s8 += s7;
        s7 += s8;
        s10 += s9;
        s9 += s10;
        s12 += s11;
        s11 += s12;
        s14 += s13;
        s13 += s14;
        s16 += s15;
        s15 += s16;

        s12 += s9;
        s9 += s12;
        s16 += s13;
        s13 += s16;
        s2 += s3;
        s3 += s2;
        s6 += s7;
        s7 += s6;
        s10 += s11;
        s11 += s10;
        s14 += s15;
        s15 += s14;
        s8 += s1;
        s1 += s8;
        s4 += s5;
        s5 += s4;

        s14 += s11;
        s11 += s14;
        s4 += s1;
        s1 += s4;
        s12 += s13;
        s13 += s12;
        s2 += s7;
        s7 += s2;
        s10 += s15;
        s15 += s10;
        s8 += s5;
        s5 += s8;
        s6 += s9;
        s9 += s6;
        s16 += s3;
        s3 += s16;

        s8 += s15;
        s15 += s8;
        s16 += s9;
        s9 += s16;
        s14 += s1;
        s1 += s14;
        s12 += s7;
        s7 += s12;
        s10 += s5;
        s5 += s10;
        s6 += s3;
        s3 += s6;
        s2 += s11;
        s11 += s2;
        s4 += s13;
        s13 += s4;

        x1 = s15;
        x2 = s8;
        x3 = s9;
        x4 = s16;
        x5 = s1;
        x6 = s14;
        x7 = s7;
        x8 = s12;
        x9 = s5;
        x10 = s10;
        x11 = s3;
        x12 = s6;
        x13 = s11;
        x14 = s2;
        x15 = s13;
        x16 = s4;
      }
      to[12] = x1 ^ k[i]!;
      to[13] = x2 + k[i + 1]!;
      to[14] = x3 + k[i + 2]!;
      to[15] = x4 ^ k[i + 3]!;
      to[8] = x5 ^ k[i + 4]!;
      to[9] = x6 + k[i + 5]!;
      to[10] = x7 + k[i + 6]!;
      to[11] = x8 ^ k[i + 7]!;
      to[4] = x9 ^ k[i + 8]!;
      to[5] = x10 + k[i + 9]!;
      to[6] = x11 + k[i + 10]!;
      to[7] = x12 ^ k[i + 11]!;
      to[0] = x13 ^ k[i + 12]!;
      to[1] = x14 + k[i + 13]!;
      to[2] = x15 + k[i + 14]!;
      to[3] = x16 ^ k[i + 15]!;
    },
  };
}

const reversedWords = (key: Uint8Array): Uint8Array =>
  key.map((_, i) => key[key.length - 4 - (i & ~3) + (i & 3)]!);

/**
 * The key and a byte of its parity rotate in place; each subkey is a window on them, one byte further every
 * time, plus a bias against weak keys.
 */
function schedule(key: Uint8Array): Uint8Array {
  const register = Uint8Array.from([...key, key.reduce((parity, byte) => parity ^ byte, 0)]);
  const k = new Uint8Array(SUBKEYS * BLOCK);
  k.set(key.subarray(0, BLOCK));
  for (let i = 2; i <= SUBKEYS; i++) {
    for (const [place, byte] of register.entries()) register[place] = (byte << 3) | (byte >> 5);
    for (let j = 1; j <= BLOCK; j++) {
      const power = EXP[(17 * i + j) & 0xff]!;
      const bias = i <= 17 ? EXP[power]! : power;
      k[(i - 1) * BLOCK + j - 1] = register[(i + j - 2) % register.length]! + bias;
    }
  }
  return k;
}
