/**
 * Which kernel a BTF file is of, and which of our objects it has the types for. BTF itself has no place for either:
 * they are a string that nothing in it refers to, behind all others (Documentation/bpf/btf.rst).
 */

const MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
const STRINGS_OFFSET = 16;
const STRINGS_LENGTH = 20;
const MARK = 'check_rlimit_passive:';

export interface BtfMark {
  /** The kernel's build id, as in its notes. */
  readonly buildId: string;
  /** What objectsDigest() tells of the objects that it was made for. */
  readonly objects: string;
}

/** Where the strings of BTF begin and end; undefined: these bytes are no BTF. */
function stringsOf(btf: Buffer): { begin: number; end: number } | undefined {
  if (btf.length < HEADER_SIZE || btf.readUInt16LE(0) !== MAGIC) return undefined;
  const begin = btf.readUInt32LE(4) + btf.readUInt32LE(STRINGS_OFFSET);
  const end = begin + btf.readUInt32LE(STRINGS_LENGTH);
  return end <= btf.length && end > begin ? { begin, end } : undefined;
}

/** @returns undefined: these bytes are no BTF */
export function withMark(btf: Buffer, { buildId, objects }: BtfMark): Buffer | undefined {
  const strings = stringsOf(btf);
  // Nothing may come behind the strings, which become longer.
  if (strings?.end !== btf.length) return undefined;
  const mark = Buffer.from(`${MARK}${buildId}:${objects}\0`);
  const marked = Buffer.concat([btf, mark]);
  marked.writeUInt32LE(strings.end - strings.begin + mark.length, STRINGS_LENGTH);
  return marked;
}

/** @returns `no-btf`: these bytes are none; undefined: it is BTF without a mark */
export function markOf(btf: Buffer): BtfMark | 'no-btf' | undefined {
  const strings = stringsOf(btf);
  if (!strings) return 'no-btf';
  const text = btf.toString('latin1', btf.lastIndexOf(`\0${MARK}`, strings.end) + 1, strings.end - 1);
  const [, buildId, objects] = new RegExp(`^${MARK}([0-9a-f]+):([0-9a-f]+)$`).exec(text) ?? [];
  return buildId !== undefined && objects !== undefined ? { buildId, objects } : undefined;
}
