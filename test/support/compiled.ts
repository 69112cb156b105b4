import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

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

/**
 * The program of test/support/workers/NAME.c, compiled if it is not yet.
 *
 * It is static: no loader opens and closes libraries before main().
 */
export function compiled(name: string, bits: Bits = 64): string {
  const binary = bits === 64 ? `${BINARIES}${name}` : `${BINARIES}${name}-32`;
  if (isUpToDate(binary)) return binary;
  mkdirSync(dirname(binary), { recursive: true });
  const making = `${binary}.${process.pid}`;
  const compiler = bits === 64 ? 'gcc' : (COMPILER_OF_32_BITS[process.arch] ?? 'gcc');
  const { status, stderr, error } = spawnSync(
    compiler,
    ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', making, `${SOURCES}${name}.c`],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${compiler} ${basename(binary)}: ${error?.message ?? stderr}`);
  renameSync(making, binary);
  return binary;
}

function isUpToDate(binary: string): boolean {
  const made = modified(binary);
  return readdirSync(SOURCES).every((source) => modified(`${SOURCES}${source}`) < made);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
