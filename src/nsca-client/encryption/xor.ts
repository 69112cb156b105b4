import type { PacketCipher, PacketKey } from './cipher.js';

/**
 * Method 1: each byte xor the IV, then xor the password; both start again with each packet (nsca 2.10,
 * `encrypt_buffer` in utils.c). The IV travels in the clear, and where a packet has known bytes they give the
 * password away: this hides nothing from a listener.
 */
export function xorKey(secret: Buffer): PacketKey {
  const cipher = (iv: Buffer): PacketCipher => {
    let position = 0;
    return {
      startPacket() {
        position = 0;
      },
      apply(bytes) {
        for (let i = 0; i < bytes.length; i++, position++) {
          const mask = (iv[position % iv.length] ?? 0) ^ (secret[position % secret.length] ?? 0);
          bytes[i] = (bytes[i] ?? 0) ^ mask;
        }
      },
    };
  };
  return { encryptor: cipher, decryptor: cipher };
}
