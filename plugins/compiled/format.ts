import { crc32 } from 'node:zlib';

/**
 * The file: a line that says what it was made of and with, and what V8 made (v8::ScriptCompiler::CachedData). V8 looks for
 * its version, its flags and the length of the source by itself, but neither for another source of that length nor for what
 * a disk has lost of its own data.
 */
export function encodeCompiled(data: Buffer, source: Buffer): Buffer {
  return Buffer.concat([Buffer.from(line(data, source)), data]);
}

/** What V8 made, if it was made of this source, by this Node.js, and is whole. */
export function decodeCompiled(file: Buffer, source: Buffer): Buffer | undefined {
  // Whether it is this Node.js first: one that is too old for us has no crc32().
  if (file.indexOf(`${process.version} ${process.arch} `) !== 0) return undefined;
  const data = file.subarray(file.indexOf('\n') + 1);
  return file.indexOf(line(data, source)) === 0 ? data : undefined;
}

function line(data: Buffer, source: Buffer): string {
  return `${process.version} ${process.arch} ${String(crc32(source))} ${String(crc32(data))}\n`;
}
