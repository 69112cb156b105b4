import type { BlockCipher } from './block-cipher.js';
import type { PacketCipher, PacketKey } from './cipher.js';

/**
 * Cipher feedback of 8 bits (NIST SP 800-38A, 6.3): each byte is xored with the first byte of the encryption of
 * what was last on the wire, at first the IV. One stream serves the whole connection.
 */
export function cfb8(cipher: BlockCipher): PacketKey {
  return {
    encryptor: (iv) => stream(cipher, iv, false),
    decryptor: (iv) => stream(cipher, iv, true),
  };
}

function stream(cipher: BlockCipher, iv: Buffer, decrypting: boolean): PacketCipher {
  const { blockSize } = cipher;
  const block = new Uint8Array(blockSize);
  let last: Uint8Array = iv.subarray(0, blockSize);
  return {
    startPacket: () => undefined,
    apply(bytes) {
      // What was on the wire before each byte is then simply the blockSize bytes before it.
      const wire = new Uint8Array(blockSize + bytes.length);
      wire.set(last);
      if (decrypting) wire.set(bytes, blockSize);
      for (let i = 0; i < bytes.length; i++) {
        cipher.encryptBlock(wire, i, block);
        const byte = (bytes[i] ?? 0) ^ (block[0] ?? 0);
        bytes[i] = byte;
        if (!decrypting) wire[blockSize + i] = byte;
      }
      last = wire.subarray(bytes.length);
    },
  };
}
