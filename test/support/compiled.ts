import { readdirSync } from 'node:fs';
import { compile, STATIC } from '../../rig/programs/compile.js';

/** From dist/test/support/ to the sources. */
const SOURCES = new URL('../../../test/support/workers/', import.meta.url).pathname;
/** Beside what tsc makes, so that the guests of test:kernels, where gcc takes long, have what the host built. */
const BINARIES = new URL('../workers/', import.meta.url).pathname;

export type Bits = 32 | 64;

/** Of the cross compilers of Debian, since the library that gcc's -m32 takes cannot be installed beside them. */
const COMPILER_OF_32_BITS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'i686-linux-gnu-gcc',
  arm64: 'arm-linux-gnueabihf-gcc',
};

/** The program of test/support/workers/NAME.c, compiled if it is not yet. */
export function compiled(name: string, bits: Bits = 64): string {
  const binary = bits === 64 ? `${BINARIES}${name}` : `${BINARIES}${name}-32`;
  const compiler = bits === 64 ? 'gcc' : (COMPILER_OF_32_BITS[process.arch] ?? 'gcc');
  const includes = readdirSync(SOURCES).map((file) => `${SOURCES}${file}`);
  compile({ source: `${SOURCES}${name}.c`, includes, binary, compiler: [compiler, ...STATIC] });
  return binary;
}
