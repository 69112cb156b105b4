import { Blowfish } from 'egoroof-blowfish';
import type { BlockCipher } from '../block-cipher.js';

const BLOCK = 8;

/** Blowfish (Schneier, 1993) of the npm package egoroof-blowfish. Key: 56 bytes. */
export function blowfish(key: Uint8Array): BlockCipher {
  // Whole blocks get no padding of zeros.
  const cipher = new Blowfish(key, Blowfish.MODE.ECB, Blowfish.PADDING.NULL);
  return {
    blockSize: BLOCK,
    encryptBlock(from, at, to) {
      to.set(cipher.encode(from.subarray(at, at + BLOCK)));
    },
  };
}
