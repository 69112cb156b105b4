import { closeSync, openSync, readSync } from 'node:fs';

/** `ADDRESS TYPE NAME`, with a tab and the module after it if it is of one (kernel/kallsyms.c). */
const KERNEL_SYMBOLS = '/proc/kallsyms';

/**
 * Which of some functions the kernel itself has. The file has megabytes, which take the kernel some ten milliseconds:
 * it is read in pieces, and no further than to the last of those that make the others unneeded.
 *
 * @param enough with these, of the others it does not matter whether they are there
 * @param file given by tests
 */
export function functionsInKernel(
  names: readonly string[],
  enough: readonly string[],
  file = KERNEL_SYMBOLS,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const lines of wholeLinesOf(file)) {
    for (const name of names) if (!found.has(name) && has(lines, name)) found.add(name);
    if (enough.every((name) => found.has(name))) break;
  }
  return found;
}

function has(lines: string, name: string): boolean {
  return [`t ${name}\n`, `T ${name}\n`].some((end) => lines.includes(` ${end}`));
}

/** Piece by piece, each of whole lines. */
function* wholeLinesOf(file: string): Generator<string, void, undefined> {
  const piece = Buffer.alloc(64 * 1024);
  const fd = openSync(file, 'r');
  try {
    let begun = '';
    for (let length = readSync(fd, piece); length > 0; length = readSync(fd, piece)) {
      const text = begun + piece.toString('latin1', 0, length);
      const end = text.lastIndexOf('\n') + 1;
      yield text.slice(0, end);
      begun = text.slice(end);
    }
    yield begun;
  } finally {
    closeSync(fd);
  }
}
