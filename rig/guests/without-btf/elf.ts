interface Section {
  readonly name: string;
  readonly isNote: boolean;
  readonly bytes: Buffer;
}

const HEADER = 64;
const SECTION_HEADER = 64;
const SHT_PROGBITS = 1;
const SHT_STRTAB = 3;
const SHT_NOTE = 7;
const ET_REL = 1;
const EM_AARCH64 = 183;
/** 64 bits, little endian, the version of today. */
const IDENTITY = Buffer.from('7f454c46020101', 'hex');

/** An ELF file of arm64 with these sections and nothing to run (elf(5)). */
export function elfOf(...sections: readonly Section[]): Buffer {
  const names = `\0${[...sections.map(({ name }) => name), '.shstrtab'].join('\0')}\0`;
  const all = [
    ...sections.map(({ name, isNote, bytes }) => ({ name, type: isNote ? SHT_NOTE : SHT_PROGBITS, bytes })),
    { name: '.shstrtab', type: SHT_STRTAB, bytes: Buffer.from(names, 'latin1') },
  ];
  const contents = all.map(({ bytes }) => filledUp(bytes));
  const table = HEADER + contents.reduce((sum, { length }) => sum + length, 0);

  const header = Buffer.alloc(HEADER);
  IDENTITY.copy(header);
  header.writeUInt16LE(ET_REL, 16);
  header.writeUInt16LE(EM_AARCH64, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(table), 40);
  header.writeUInt16LE(HEADER, 52);
  header.writeUInt16LE(SECTION_HEADER, 58);
  // The first section of a table is none.
  header.writeUInt16LE(1 + all.length, 60);
  header.writeUInt16LE(all.length, 62);

  let offset = HEADER;
  const headers = all.map(({ name, type, bytes }, index) => {
    const one = Buffer.alloc(SECTION_HEADER);
    one.writeUInt32LE(names.indexOf(`\0${name}\0`) + 1, 0);
    one.writeUInt32LE(type, 4);
    one.writeBigUInt64LE(BigInt(offset), 24);
    one.writeBigUInt64LE(BigInt(bytes.length), 32);
    one.writeBigUInt64LE(4n, 48);
    offset += contents[index]?.length ?? 0;
    return one;
  });
  return Buffer.concat([header, ...contents, Buffer.alloc(SECTION_HEADER), ...headers]);
}

/** The table of sections is where numbers of 8 bytes can be. */
function filledUp(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}
