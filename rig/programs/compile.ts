import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

interface Compilation {
  readonly source: string;
  /** What it may include: it is compiled again if one of these is newer. */
  readonly includes?: readonly string[];
  readonly binary: string;
  /** With its options. */
  readonly compiler: readonly [string, ...string[]];
  /** What the linker has after the source. */
  readonly libraries?: readonly string[];
}

/** What a static program is compiled with: no loader opens and closes libraries before main(). */
export const STATIC = ['-static', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'] as const;

/**
 * Compiles a program, unless it is newer than its source and what that includes.
 *
 * @throws Error: with what the compiler said
 */
export function compile({
  source,
  includes = [],
  binary,
  compiler: [compiler, ...flags],
  libraries = [],
}: Compilation): void {
  const made = modified(binary);
  if ([source, ...includes].every((each) => modified(each) < made)) return;
  mkdirSync(dirname(binary), { recursive: true });
  // Whoever compiles it at the same time has a file of his own, and the last one stays.
  const making = `${binary}.${process.pid}`;
  const { status, stderr, error } = spawnSync(compiler, [...flags, '-o', making, source, ...libraries], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${compiler} ${source}: ${error?.message ?? stderr}`);
  renameSync(making, binary);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
