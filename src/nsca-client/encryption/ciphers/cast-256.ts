/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';
import { f1, f2, f3 } from './cast-rounds.js';
import { readLE, wordsOf, writeLE } from './words.js';

const QUAD_ROUNDS = 12;

/** CAST-256 (RFC 2612). Key: 32 bytes. */
export function cast256(key: Uint8Array): BlockCipher {
  const { masks, rotations } = schedule(wordsOf(key, readLE));
  return {
    blockSize: 16,
    encryptBlock(from, at, to) {
      let a = readLE(from, at);
      let b = readLE(from, at + 4);
      let c = readLE(from, at + 8);
      let d = readLE(from, at + 12);
      let k = 0;
      for (; k < (4 * QUAD_ROUNDS) / 2; k += 4) {
        c ^= f1(d, masks[k]!, rotations[k]!);
        b ^= f2(c, masks[k + 1]!, rotations[k + 1]!);
        a ^= f3(b, masks[k + 2]!, rotations[k + 2]!);
        d ^= f1(a, masks[k + 3]!, rotations[k + 3]!);
      }
      for (; k < 4 * QUAD_ROUNDS; k += 4) {
        d ^= f1(a, masks[k + 3]!, rotations[k + 3]!);
        a ^= f3(b, masks[k + 2]!, rotations[k + 2]!);
        b ^= f2(c, masks[k + 1]!, rotations[k + 1]!);
        c ^= f1(d, masks[k]!, rotations[k]!);
      }
      writeLE(to, 0, a);
      writeLE(to, 4, b);
      writeLE(to, 8, c);
      writeLE(to, 12, d);
    },
  };
}

/** RFC 2612, 2.4: the key goes round in octaves of its own rounds, whose keys are an arithmetic series. */
function schedule(kappa: Int32Array): { masks: Int32Array; rotations: Int32Array } {
  const masks = new Int32Array(4 * QUAD_ROUNDS);
  const rotations = new Int32Array(4 * QUAD_ROUNDS);
  let mask = 0x5a827999;
  let rotation = 19;
  const octave = () => {
    for (let i = 0; i < 8; i++) {
      const [target, source] = [(6 - i) & 7, 7 - i];
      kappa[target] = kappa[target]! ^ [f1, f2, f3][i % 3]!(kappa[source]!, mask, rotation);
      mask = (mask + 0x6ed9eba1) | 0;
      rotation = (rotation + 17) & 31;
    }
  };
  for (let k = 0; k < masks.length; k += 4) {
    octave();
    octave();
    const [a, b, c, d, e, f, g, h] = kappa as unknown as Eight;
    rotations.set([a & 31, c & 31, e & 31, g & 31], k);
    masks.set([h, f, d, b], k);
  }
  return { masks, rotations };
}

type Eight = [number, number, number, number, number, number, number, number];
