/**
 * drop-line-info OBJECT: takes out of .BTF.ext which line of the source each instruction is of. Only the verifier's own
 * log and bpftool tell it, and libbpf keeps it as long as an object is open: six sevenths of the section. What is behind
 * it moves up, and the section ends earlier; who writes the object next leaves the rest out.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [path = ''] = process.argv.slice(2);
const object = readFileSync(path);

/** Elf64_Ehdr, Elf64_Shdr (elf.h) */
const SECTIONS_AT = 0x28;
const SECTION_COUNT = 0x3c;
const INDEX_OF_NAMES = 0x3e;
const SECTION_SIZE = 64;
const [OFFSET, SIZE] = [0x18, 0x20];
/** struct btf_ext_header (bpf/libbpf_internal.h): the offsets count from its end. */
const [HEADER_SIZE, LINES_AT, LINES_SIZE, RELOCATIONS_AT, RELOCATIONS_SIZE] = [4, 16, 20, 24, 28];

const number = (/** @type {number} */ at) => Number(object.readBigUInt64LE(at));
const sections = Array.from(
  { length: object.readUInt16LE(SECTION_COUNT) },
  (_, index) => number(SECTIONS_AT) + index * SECTION_SIZE,
);
const names = number((sections[object.readUInt16LE(INDEX_OF_NAMES)] ?? 0) + OFFSET);
const nameOf = (/** @type {number} */ section) => {
  const start = names + object.readUInt32LE(section);
  return object.toString('latin1', start, object.indexOf(0, start));
};

const section = sections.find((each) => nameOf(each) === '.BTF.ext');
if (section !== undefined) {
  const start = number(section + OFFSET);
  const header = object.readUInt32LE(start + HEADER_SIZE);
  const lines = object.readUInt32LE(start + LINES_AT);
  const relocations = object.readUInt32LE(start + RELOCATIONS_AT);
  const size = object.readUInt32LE(start + RELOCATIONS_SIZE);
  const from = start + header + relocations;
  object.copy(object, start + header + lines, from, from + size);
  object.writeUInt32LE(0, start + LINES_SIZE);
  object.writeUInt32LE(lines, start + RELOCATIONS_AT);
  object.writeBigUInt64LE(BigInt(header + lines + size), section + SIZE);
  writeFileSync(path, object);
}
