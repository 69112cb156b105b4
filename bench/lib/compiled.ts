import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';

/** From dist/bench/lib/ to the sources. */
const SOURCES = new URL('../../../bench/load/', import.meta.url).pathname;
/** Beside what tsc makes, so that guests, where compiling takes long, have what the host built. */
const BINARIES = new URL('../load/', import.meta.url).pathname;

/** That of the committed objects, or Debian's of today (scripts/setup). */
const clang = () =>
  ['clang-14', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0) ?? 'clang-14';

/** The program of bench/load/NAME.c, compiled if it is not yet. It is static: no loader opens libraries before main(). */
export function compiled(name: string): string {
  return make(
    `${SOURCES}${name}.c`,
    `${BINARIES}${name}`,
    ['cc', '-static', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'],
    ['-lm'],
  );
}

/** The BPF object of bench/load/NAME.bpf.c with these macros defined; its file is named by both. */
export function compiledBpf(name: string, macros: readonly string[] = []): string {
  const binary = `${BINARIES}${[name, ...macros].join('-').replaceAll(/[^\w-]/g, '_')}.bpf.o`;
  return make(`${SOURCES}${name}.bpf.c`, binary, [
    ...[clang(), '-target', 'bpf', '-O2', '-g', '-Wall', '-Werror'],
    ...['-idirafter', `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, '-c'],
    ...macros.map((macro) => `-D${macro}`),
  ]);
}

function make(
  source: string,
  binary: string,
  [compiler = 'cc', ...flags]: readonly string[],
  libraries: readonly string[] = [],
): string {
  if (modified(source) < modified(binary)) return binary;
  mkdirSync(BINARIES, { recursive: true });
  const making = `${binary}.${process.pid}`;
  const { status, stderr, error } = spawnSync(compiler, [...flags, '-o', making, source, ...libraries], {
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${compiler} ${source}: ${stderr}`);
  renameSync(making, binary);
  return binary;
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
