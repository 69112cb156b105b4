import { closeSync, openSync, readSync } from 'node:fs';
import { buildIdOf } from './build-id.js';

/** What an uncompressed kernel tells of itself (vmlinux). */
export interface KernelImage {
  readonly buildId: string;
  /** Where it has the types: ready, or in what a debugger needs. */
  readonly types: 'btf' | 'dwarf';
}

/** `Elf64_Ehdr` and `Elf64_Shdr` (elf.h); the kernels that are supported are all little endian. */
const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const EI_CLASS = MAGIC.length;
const ELFCLASS32 = 1;
const EI_DATA = EI_CLASS + 1;
const ELFDATA2MSB = 2;
const HEADER_SIZE = 64;
const SECTION_SIZE = 64;
const SHT_NOTE = 7;
const MOST_NOTES = 1 << 20;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

/** @returns why it is of no use, to follow its name, as a string. @throws what node:fs does */
export function readKernelImage(file: string): KernelImage | string {
  const fd = openSync(file, 'r');
  try {
    const header = readAt(fd, 0, HEADER_SIZE);
    if (header.length < HEADER_SIZE || !header.subarray(0, MAGIC.length).equals(MAGIC))
      return 'is no uncompressed kernel: it takes the file vmlinux of the folder where the kernel was built, not bzImage, Image or zImage';
    if (header[EI_CLASS] === ELFCLASS32) return 'is of a 32-bit kernel, which is not supported';
    if (header[EI_DATA] === ELFDATA2MSB) return 'is of a big-endian kernel, which is not supported';
    const sections = sectionsOf(fd, header);
    const notes = sections.filter(({ type, size }) => type === SHT_NOTE && size <= MOST_NOTES);
    const buildId = notes
      .map(({ offset, size }) => buildIdOf(readAt(fd, offset, size)))
      .find((found) => found !== undefined);
    if (buildId === undefined) return 'has no build id: it is no kernel, or was linked without --build-id';
    const has = (name: string) => sections.some((section) => section.name === name && section.size > 0);
    if (has('.BTF')) return { buildId, types: 'btf' };
    if (has('.debug_info')) return { buildId, types: 'dwarf' };
    return 'has neither BTF nor DWARF: build it with CONFIG_DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT, or CONFIG_DEBUG_INFO before 5.18; the kernel that runs stays as it is';
  } finally {
    closeSync(fd);
  }
}

function sectionsOf(fd: number, header: Buffer): Section[] {
  const offset = Number(header.readBigUInt64LE(40));
  const count = header.readUInt16LE(60);
  const names = header.readUInt16LE(62);
  const table = readAt(fd, offset, count * SECTION_SIZE);
  const raw = Array.from({ length: Math.floor(table.length / SECTION_SIZE) }, (_, index) => {
    const at = index * SECTION_SIZE;
    return {
      name: table.readUInt32LE(at),
      type: table.readUInt32LE(at + 4),
      offset: Number(table.readBigUInt64LE(at + 24)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
  const texts = raw[names];
  if (!texts) return [];
  const text = readAt(fd, texts.offset, Math.min(texts.size, MOST_NOTES));
  return raw.map((section) => ({
    ...section,
    name: text.toString('latin1', section.name, Math.max(section.name, text.indexOf(0, section.name))),
  }));
}

/** Less, where the file ends. */
function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
