/**
 * The data packet, version 3, all big-endian (nsca 2.10, `data_packet` in common.h):
 *
 *     0 i16 version   2 padding   4 u32 CRC-32   8 u32 timestamp   12 i16 return code
 *     14 host[64]   78 service[128]   206 output[4096], or [512] up to nsca 2.7   2 padding
 *
 * The CRC covers the whole packet, padding as well, with its own field zero.
 */
import { randomFillSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { NscaResult } from './result.js';

/**
 * In bytes: 720 for servers up to nsca 2.7, 4304 since. Another one is that of a server which was compiled with
 * another MAX_PLUGINOUTPUT_LENGTH (common.h): a length that is a multiple of 4, and 208 more.
 */
export type PacketSize = number;

/** What nsca comes with since 2.8. */
export const PACKET_SIZE = 4304;
/** A larger one is a mistake rather than a server: each result takes as much. */
const LARGEST_PACKET_SIZE = 65_536;

/** The compiler pads a packet to a multiple of 4. */
export const isPacketSize = (size: number): boolean =>
  size % 4 === 0 && size >= 720 && size <= LARGEST_PACKET_SIZE;

export const VERSION = 3;
/** Bytes up to the timestamp's end: enough to see whether a packet was decrypted with the right key. */
export const HEADER_SIZE = 12;

const AT = { version: 0, crc: 4, timestamp: 8, returnCode: 12, host: 14, service: 78, output: 206 } as const;
const TAIL_PADDING = 2;

/** The packet's content as it was read: nothing about it is checked. */
export interface RawResult {
  readonly returnCode: number;
  readonly host: string;
  readonly service: string;
  readonly output: string;
}

/** The texts as they came: a sender may write in another code than UTF-8. */
export interface RawTexts {
  readonly host: Buffer;
  readonly service: Buffer;
  readonly output: Buffer;
}

/** Writes one result over the whole of `packet`; texts too long for their field are cut. */
export function encodePacket(packet: Buffer, result: NscaResult, timestamp: number): void {
  // Known bytes between the texts would help a listener against a weak cipher.
  randomFillSync(packet);
  packet.writeInt16BE(VERSION, AT.version);
  packet.writeUInt32BE(timestamp, AT.timestamp);
  packet.writeInt16BE(result.returnCode, AT.returnCode);
  writeText(packet.subarray(AT.host, AT.service), result.host);
  writeText(packet.subarray(AT.service, AT.output), result.service ?? '');
  writeText(packet.subarray(AT.output, packet.length - TAIL_PADDING), result.output);
  packet.writeUInt32BE(0, AT.crc);
  packet.writeUInt32BE(crc32(packet), AT.crc);
}

export const versionOf = (packet: Buffer): number => packet.readInt16BE(AT.version);
export const timestampOf = (packet: Buffer): number => packet.readUInt32BE(AT.timestamp);

export function hasValidChecksum(packet: Buffer): boolean {
  const copy = Buffer.from(packet);
  copy.writeUInt32BE(0, AT.crc);
  return crc32(copy) === packet.readUInt32BE(AT.crc);
}

export function decodePacket(packet: Buffer): RawResult & { readonly texts: RawTexts } {
  const texts = {
    host: textIn(packet.subarray(AT.host, AT.service)),
    service: textIn(packet.subarray(AT.service, AT.output)),
    output: textIn(packet.subarray(AT.output, packet.length - TAIL_PADDING)),
  };
  return {
    returnCode: packet.readInt16BE(AT.returnCode),
    host: texts.host.toString(),
    service: texts.service.toString(),
    output: texts.output.toString(),
    texts,
  };
}

/** A text is ended by a NUL, so the longest is one byte shorter than its field. */
function writeText(field: Buffer, text: string): void {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, field.length - 1);
  // A byte 10xxxxxx continues a UTF-8 sequence: cutting before it would leave half a character.
  if (end < bytes.length) while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  bytes.copy(field, 0, 0, end);
  field[end] = 0;
}

/** A copy, since a reader uses its packet again. */
function textIn(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return Buffer.from(field.subarray(0, end === -1 ? field.length - 1 : end));
}
