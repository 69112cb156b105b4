/** Encrypts, or decrypts, the packets of one connection in the order of the wire. */
export interface PacketCipher {
  /** To be called before each packet's first byte. */
  startPacket(): void;
  /** Transforms the next bytes of the packet in place; a packet may come in pieces. */
  apply(bytes: Buffer): void;
}

/** A password made ready for one encryption method; each connection has its own IV, and so its own ciphers. */
export interface PacketKey {
  encryptor(iv: Buffer): PacketCipher;
  decryptor(iv: Buffer): PacketCipher;
}
