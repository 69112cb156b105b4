import { spawnSync } from 'node:child_process';
import { compile, STATIC } from '../../rig/programs/compile.js';

/** From dist/bench/lib/ to the sources. */
const SOURCES = new URL('../../../bench/load/', import.meta.url).pathname;
/** Beside what tsc makes, so that guests, where compiling takes long, have what the host built. */
const BINARIES = new URL('../load/', import.meta.url).pathname;

/** That of the committed objects, or Debian's of today (scripts/setup). */
const clang = () =>
  ['clang-14', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0) ?? 'clang-14';

/** The program of bench/load/NAME.c, compiled if it is not yet. */
export function compiled(name: string): string {
  const binary = `${BINARIES}${name}`;
  compile({
    source: `${SOURCES}${name}.c`,
    includes: [`${SOURCES}clock.h`],
    binary,
    compiler: ['cc', ...STATIC],
    libraries: ['-lm'],
  });
  return binary;
}

/** The BPF object of bench/load/NAME.bpf.c with these macros defined; its file is named by both. */
export function compiledBpf(name: string, macros: readonly string[] = []): string {
  const binary = `${BINARIES}${[name, ...macros].join('-').replaceAll(/[^\w-]/g, '_')}.bpf.o`;
  compile({
    source: `${SOURCES}${name}.bpf.c`,
    binary,
    compiler: [
      ...([clang(), '-target', 'bpf', '-O2', '-g', '-Wall', '-Werror'] as const),
      ...['-idirafter', `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, '-c'],
      ...macros.map((macro) => `-D${macro}`),
    ],
  });
  return binary;
}
