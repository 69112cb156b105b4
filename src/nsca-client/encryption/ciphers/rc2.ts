/* eslint-disable @typescript-eslint/no-non-null-assertion -- tables have an entry for each index that is made */
import type { BlockCipher } from '../block-cipher.js';

/** RFC 2268, 2: a permutation of the bytes, made of the digits of pi. */
const PI_TABLE = Buffer.from(
  `
  d978f9c4 19ddb5ed 28e9fd79 4aa0d89d c67e3783 2b76538e 624c6488 448bfba2
  179a59f5 87b34f13 61456d8d 09817d32 bd8f40eb 86b77b0b f0952122 5c6b4e82
  54d66593 ce60b21c 7356c014 a78cf1dc 1275ca1f 3bbee4d1 423dd430 a33cb626
  6fbf0eda 46690757 27f21d9b bc944303 f811c7f6 90ef3ee7 06c3d52f c8661ed7
  08e8eade 8052eef7 84aa72ac 354d6a2a 961ad271 5a154974 4b9fd05e 0418a4ec
  c2e0416e 0f51cbcc 2491af50 a1f47039 997c3a85 23b8b47a fc02365b 25559731
  2d5dfa98 e38a92ae 05df2910 676cbac9 d300e6cf e19ea82c 6316013f 58e289a9
  0d38341b ab33ffb0 bb480c5f b9b1cd2e c5f3db47 e5a59c77 0aa62068 fe7fc1ad
`.replaceAll(/\s/g, ''),
  'hex',
);

/**
 * RC2 (RFC 2268) as libmcrypt has it: the key's effective length is not reduced, which is why OpenSSL's `rc2`
 * gives something else. Key: 128 bytes.
 */
export function rc2(key: Uint8Array): BlockCipher {
  const k = schedule(key);
  return {
    blockSize: 8,
    encryptBlock(from, at, to) {
      let r0 = from[at]! | (from[at + 1]! << 8);
      let r1 = from[at + 2]! | (from[at + 3]! << 8);
      let r2 = from[at + 4]! | (from[at + 5]! << 8);
      let r3 = from[at + 6]! | (from[at + 7]! << 8);
      for (let j = 0; j < 64; j += 4) {
        r0 = rotate16(r0 + k[j]! + (r3 & r2) + (~r3 & r1), 1);
        r1 = rotate16(r1 + k[j + 1]! + (r0 & r3) + (~r0 & r2), 2);
        r2 = rotate16(r2 + k[j + 2]! + (r1 & r0) + (~r1 & r3), 3);
        r3 = rotate16(r3 + k[j + 3]! + (r2 & r1) + (~r2 & r0), 5);
        // The mashing rounds come after 5 and after 11 mixing rounds.
        if (j === 16 || j === 40) {
          r0 = (r0 + k[r3 & 63]!) & 0xffff;
          r1 = (r1 + k[r0 & 63]!) & 0xffff;
          r2 = (r2 + k[r1 & 63]!) & 0xffff;
          r3 = (r3 + k[r2 & 63]!) & 0xffff;
        }
      }
      to.set([r0, r0 >> 8, r1, r1 >> 8, r2, r2 >> 8, r3, r3 >> 8]);
    },
  };
}

const rotate16 = (word: number, bits: number): number =>
  ((word << bits) | ((word & 0xffff) >>> (16 - bits))) & 0xffff;

/** With a key of full length, all that the expansion does is to look up its first byte. */
function schedule(key: Uint8Array): Uint16Array {
  const bytes = Uint8Array.from(key);
  bytes[0] = PI_TABLE[bytes[0]!]!;
  return Uint16Array.from({ length: 64 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
}
