/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { S5, S6, S7, S8 } from './cast-boxes.js';
import { f1, f2, f3 } from './cast-rounds.js';
import { readBE, writeBE } from './words.js';

/** CAST-128 with all of its 16 rounds (RFC 2144). Key: 16 bytes. */
export function cast128(key: Uint8Array): BlockCipher {
  const subkeys = schedule(key);
  const masks = subkeys.subarray(0, 16);
  const rotations = subkeys.subarray(16).map((word) => word & 31);
  return {
    blockSize: 8,
    encryptBlock(from, at, to) {
      let left = readBE(from, at);
      let right = readBE(from, at + 4);
      for (let round = 0; round < 16; round++) {
        const f = ROUND_FUNCTIONS[round % 3]!(right, masks[round]!, rotations[round]!);
        [left, right] = [right, left ^ f];
      }
      writeBE(to, 0, right);
      writeBE(to, 4, left);
    },
  };
}

const ROUND_FUNCTIONS = [f1, f2, f3] as const;

/** The order of the boxes in each formula of RFC 2144, 2.4; a fifth one follows them. */
const BOXES = [S5, S6, S7, S8] as const;

/**
 * The mixing steps of RFC 2144, 2.4, line by line: the first byte of the word to make, that of the word to
 * start from, the bytes that go through S5 to S8, and a byte and its box for the fifth term.
 */
const X_TO_Z = [
  [0x0, 0x0, 0xd, 0xf, 0xc, 0xe, 0x8, S7],
  [0x4, 0x8, 0x0, 0x2, 0x1, 0x3, 0xa, S8],
  [0x8, 0xc, 0x7, 0x6, 0x5, 0x4, 0x9, S5],
  [0xc, 0x4, 0xa, 0x9, 0xb, 0x8, 0xb, S6],
] as const;
const Z_TO_X = [
  [0x0, 0x8, 0x5, 0x7, 0x4, 0x6, 0x0, S7],
  [0x4, 0x0, 0x0, 0x2, 0x1, 0x3, 0x2, S8],
  [0x8, 0x4, 0x7, 0x6, 0x5, 0x4, 0x1, S5],
  [0xc, 0xc, 0xa, 0x9, 0xb, 0x8, 0x3, S6],
] as const;

/**
 * The bytes that make four subkeys after each mixing: four go through S5 to S8, and a fifth through S5 for the
 * first subkey, S6 for the second and so on.
 */
const SUBKEYS = [
  [
    [0x8, 0x9, 0x7, 0x6, 0x2],
    [0xa, 0xb, 0x5, 0x4, 0x6],
    [0xc, 0xd, 0x3, 0x2, 0x9],
    [0xe, 0xf, 0x1, 0x0, 0xc],
  ],
  [
    [0x3, 0x2, 0xc, 0xd, 0x8],
    [0x1, 0x0, 0xe, 0xf, 0xd],
    [0x7, 0x6, 0x8, 0x9, 0x3],
    [0x5, 0x4, 0xa, 0xb, 0x7],
  ],
  [
    [0x3, 0x2, 0xc, 0xd, 0x9],
    [0x1, 0x0, 0xe, 0xf, 0xc],
    [0x7, 0x6, 0x8, 0x9, 0x2],
    [0x5, 0x4, 0xa, 0xb, 0x6],
  ],
  [
    [0x8, 0x9, 0x7, 0x6, 0x3],
    [0xa, 0xb, 0x5, 0x4, 0x7],
    [0xc, 0xd, 0x3, 0x2, 0x8],
    [0xe, 0xf, 0x1, 0x0, 0xd],
  ],
] as const;

type Five = readonly [number, number, number, number, number];

/** 16 masking keys, then 16 words whose low 5 bits are the rotation keys. */
function schedule(key: Uint8Array): Int32Array {
  const x = Uint8Array.from(key);
  const z = new Uint8Array(16);
  const subkeys: number[] = [];
  for (let half = 0; half < 2; half++) {
    for (const [index, group] of SUBKEYS.entries()) {
      const [from, to, steps] = index % 2 === 0 ? [x, z, X_TO_Z] : [z, x, Z_TO_X];
      mix(from, to, steps);
      for (const [place, bytes] of group.entries()) subkeys.push(subkey(to, bytes, BOXES[place]!));
    }
  }
  return Int32Array.from(subkeys);
}

/** From its second step on, a mixing reads the bytes that it made itself; only the fifth term is of the old ones. */
function mix(from: Uint8Array, to: Uint8Array, steps: typeof X_TO_Z | typeof Z_TO_X): void {
  for (const [target, source, a, b, c, d, e, box] of steps) {
    const bytes = target === 0 ? from : to;
    const four = S5[bytes[a]!]! ^ S6[bytes[b]!]! ^ S7[bytes[c]!]! ^ S8[bytes[d]!]!;
    writeBE(to, target, readBE(from, source) ^ four ^ box[from[e]!]!);
  }
}

const subkey = (bytes: Uint8Array, [a, b, c, d, e]: Five, box: Int32Array): number =>
  S5[bytes[a]!]! ^ S6[bytes[b]!]! ^ S7[bytes[c]!]! ^ S8[bytes[d]!]! ^ box[bytes[e]!]!;
