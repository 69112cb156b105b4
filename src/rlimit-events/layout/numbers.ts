/** For the methods of a DataView, which take the other byte order without it. */
export const LITTLE = true;

export const COMM_LENGTH = 16;

export function encodeU64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, LITTLE);
  return bytes;
}

/**
 * Text in so many bytes, padded with zeros; undefined when it does not fit with a zero behind it.
 */
export function encodeText(text: string, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  const encoded = Buffer.from(text);
  if (encoded.length >= length) return undefined;
  bytes.set(encoded);
  return bytes;
}

export function encodeU32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE);
  return bytes;
}

/** Of 64 bits, without the BigInt that would be made for each. */
export function decodeNumber(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, LITTLE) * 2 ** 32 + view.getUint32(offset, LITTLE);
}

/** RLIM_INFINITY has all bits set (asm-generic/resource.h). */
export function decodeLimit(view: DataView, offset: number): number {
  const isInfinite =
    view.getUint32(offset, LITTLE) === 0xffff_ffff && view.getUint32(offset + 4, LITTLE) === 0xffff_ffff;
  return isInfinite ? Infinity : decodeNumber(view, offset);
}

/** The last name, and its bytes: most that come together have the same one, which need not be made again. */
const last = { bytes: Buffer.alloc(COMM_LENGTH), name: '' };

/** The kernel cuts a name at 15 bytes, maybe in the middle of a character. */
export function decodeName(view: DataView, offset: number): string {
  let isSame = true;
  for (let i = 0; i < COMM_LENGTH; i++) {
    const byte = view.getUint8(offset + i);
    if (last.bytes[i] === byte) continue;
    last.bytes[i] = byte;
    isSame = false;
  }
  if (isSame) return last.name;
  const end = last.bytes.indexOf(0);
  last.name = last.bytes.toString('utf8', 0, end < 0 ? COMM_LENGTH : end);
  return last.name;
}
