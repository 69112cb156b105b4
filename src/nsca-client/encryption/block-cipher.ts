/** A block cipher with its key. CFB never decrypts a block, so there is no decryption. */
export interface BlockCipher {
  /** In bytes. */
  readonly blockSize: number;
  /** Encrypts the block that begins at `from[at]` into the beginning of `to`. */
  encryptBlock(from: Uint8Array, at: number, to: Uint8Array): void;
}
