import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { PacketCipher, PacketKey } from './cipher.js';

/** CFB-8 by OpenSSL, for the ciphers that its default provider still has. */
export function nodeCfb8(
  algorithm: 'des-ede3-cfb8' | 'aes-256-cfb8',
  ivSize: number,
  key: Buffer,
): PacketKey {
  return {
    encryptor: (iv) => inPlace(createCipheriv(algorithm, key, iv.subarray(0, ivSize))),
    decryptor: (iv) => inPlace(createDecipheriv(algorithm, key, iv.subarray(0, ivSize))),
  };
}

/** CFB-8 is one stream for the whole connection, so a new packet changes nothing. */
const inPlace = (cipher: { update(bytes: Buffer): Buffer }): PacketCipher => ({
  startPacket: () => undefined,
  apply(bytes) {
    cipher.update(bytes).copy(bytes);
  },
});
