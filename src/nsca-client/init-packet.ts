/** What the server sends first (nsca 2.10, `init_packet` in common.h): the IV, then a u32 big-endian of Unix time. */
import { randomBytes } from 'node:crypto';

const IV_SIZE = 128;
export const INIT_PACKET_SIZE = IV_SIZE + 4;

export interface InitPacket {
  /** 128 bytes: XOR uses all of them, a cipher as many of the first ones as its block has. */
  readonly iv: Buffer;
  /** Seconds of Unix time on the server's clock, echoed in each data packet. */
  readonly timestamp: number;
}

export const decodeInitPacket = (bytes: Buffer): InitPacket => ({
  iv: bytes.subarray(0, IV_SIZE),
  timestamp: bytes.readUInt32BE(IV_SIZE),
});

export function encodeInitPacket({ iv, timestamp }: InitPacket): Buffer {
  const bytes = Buffer.alloc(INIT_PACKET_SIZE);
  iv.copy(bytes);
  bytes.writeUInt32BE(timestamp, IV_SIZE);
  return bytes;
}

export const freshInitPacket = (now: number): InitPacket => ({
  iv: randomBytes(IV_SIZE),
  timestamp: Math.floor(now / 1000) >>> 0,
});
