import type { PacketCipher, PacketKey } from './cipher.js';

const nothing: PacketCipher = { startPacket: () => undefined, apply: () => undefined };

/** Method 0: packets travel as they are. */
export const noEncryption: PacketKey = { encryptor: () => nothing, decryptor: () => nothing };
