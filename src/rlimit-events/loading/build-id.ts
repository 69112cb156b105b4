/** `struct elf_note`: the length of its name, of what it says, and its type; each part is filled up to 4 bytes (elf(5)). */
const HEADER_SIZE = 12;
const NT_GNU_BUILD_ID = 3;

/** The build id among the notes of a kernel, in hexadecimal digits: no two builds have the same. */
export function buildIdOf(notes: Buffer): string | undefined {
  for (let at = 0; at + HEADER_SIZE <= notes.length;) {
    const nameLength = notes.readUInt32LE(at);
    const length = notes.readUInt32LE(at + 4);
    const name = at + HEADER_SIZE;
    const content = name + filledUp(nameLength);
    if (
      notes.readUInt32LE(at + 8) === NT_GNU_BUILD_ID &&
      notes.toString('latin1', name, name + nameLength) === 'GNU\0' &&
      content + length <= notes.length
    )
      return notes.toString('hex', content, content + length);
    at = content + filledUp(length);
  }
  return undefined;
}

function filledUp(length: number): number {
  return Math.ceil(length / 4) * 4;
}
