import type { PacketCipher } from './encryption/cipher.js';
import {
  decodePacket,
  hasValidChecksum,
  HEADER_SIZE,
  timestampOf,
  VERSION,
  versionOf,
  type PacketSize,
  type RawResult,
  type RawTexts,
} from './packet.js';

/** Why a packet was not taken, and with it the rest of its connection. */
export type PacketFault = 'version' | 'timestamp' | 'checksum';

export type ReadPacket =
  | { readonly size: PacketSize; readonly content: RawResult; readonly texts: RawTexts }
  | { readonly fault: PacketFault };

export interface ReaderOptions {
  readonly cipher: PacketCipher;
  /** Sizes to accept, ascending. */
  readonly sizes: readonly [PacketSize, ...PacketSize[]];
  /** What the init packet said. */
  readonly timestamp: number;
  /** Seconds that a packet's timestamp may differ from it. */
  readonly maxPacketAge: number;
}

/**
 * Takes the bytes of one connection as they come and gives the packets in them. A wrong key shows in the first
 * 12 bytes already; which of two sizes a packet has shows where a checksum is right.
 */
export class PacketReader {
  readonly #packet: Buffer;
  #filled = 0;
  #failed = false;

  constructor(private readonly options: ReaderOptions) {
    this.#packet = Buffer.alloc(Math.max(...options.sizes));
  }

  /** Bytes of a packet that is not complete. */
  get pending(): number {
    return this.#filled;
  }

  /** After a fault it ends, for what follows cannot be understood. */
  *read(bytes: Buffer): Generator<ReadPacket> {
    let rest = bytes;
    while (rest.length > 0 && !this.#failed) {
      rest = rest.subarray(this.#take(rest));
      const packet = this.#examine();
      if (packet === undefined) continue;
      this.#filled = 0;
      this.#failed = 'fault' in packet;
      yield packet;
    }
  }

  /** Decrypts up to the next place where there is something to see. */
  #take(bytes: Buffer): number {
    const { cipher } = this.options;
    if (this.#filled === 0) cipher.startPacket();
    const stop = [HEADER_SIZE, ...this.options.sizes].find((place) => place > this.#filled) ?? 0;
    const piece = this.#packet.subarray(this.#filled, Math.min(stop, this.#filled + bytes.length));
    bytes.copy(piece);
    cipher.apply(piece);
    this.#filled += piece.length;
    return piece.length;
  }

  #examine(): ReadPacket | undefined {
    const { sizes, timestamp, maxPacketAge } = this.options;
    const packet = this.#packet.subarray(0, this.#filled);
    if (this.#filled === HEADER_SIZE) {
      if (versionOf(packet) !== VERSION) return { fault: 'version' };
      if (Math.abs(timestampOf(packet) - timestamp) > maxPacketAge) return { fault: 'timestamp' };
      return undefined;
    }
    const size = sizes.find((each) => each === this.#filled);
    if (size === undefined) return undefined;
    if (hasValidChecksum(packet)) {
      const { texts, ...content } = decodePacket(packet);
      return { size, content, texts };
    }
    return size === sizes.at(-1) ? { fault: 'checksum' } : undefined;
  }
}
