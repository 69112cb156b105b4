import { closeSync, openSync, readSync } from 'node:fs';
import { exhaustedBy } from '../errors.js';

/** `ADDRESS TYPE NAME`, with a tab and the module after it if it is of one (kernel/kallsyms.c). */
const KERNEL_SYMBOLS = '/proc/kallsyms';

/** Of a kernel that tells none: every kernel has some of those that are asked for. */
const NO_SYMBOLS = `nothing can be read in ${KERNEL_SYMBOLS}`;

/** How deep a CPU is in what keeps kprobes and classic tracepoint programs out (bpf/hooks/blind.bpf.h). */
export const PROG_ACTIVE = 'bpf_prog_active';
const VARIABLES = [PROG_ACTIVE];

/**
 * Which of some functions, and of the variables that are known here, the kernel itself has. The file has megabytes, which take the kernel some ten milliseconds:
 * it is read in pieces, and no further than to the last of those that make the others unneeded.
 *
 * Who may not read it (ProtectKernelTunables=, ProcSubset=pid) knows of none, as on a kernel without CONFIG_KALLSYMS.
 *
 * @param enough with these, of the others it does not matter whether they are there
 * @param file given by tests
 * @throws RlimitEventsError exhausted
 */
export function symbolsInKernel(
  names: readonly string[],
  enough: readonly string[],
  file = KERNEL_SYMBOLS,
): ReadonlySet<string> {
  const found = new Set<string>();
  try {
    for (const lines of wholeLinesOf(file)) {
      for (const name of names) if (!found.has(name) && has(lines, name)) found.add(name);
      if (enough.every((name) => found.has(name))) break;
    }
  } catch (error) {
    // A shortage is over a moment later, and whoever asks keeps the answer.
    const exhausted = exhaustedBy(error);
    if (exhausted) throw exhausted;
    return new Set();
  }
  return found;
}

/** Why a program cannot find out how deep a CPU is; undefined: it can. */
export function whyUnknownDepth(symbols: ReadonlySet<string>): string | undefined {
  if (symbols.has(PROG_ACTIVE)) return undefined;
  return symbols.size === 0 ? NO_SYMBOLS : 'it has no CONFIG_KALLSYMS_ALL';
}

/** Why none of some functions is known to be there, for an administrator. */
export function whyNoneOf(functions: string, symbols: ReadonlySet<string>): string {
  return symbols.size === 0
    ? `${NO_SYMBOLS} (ProtectKernelTunables=, ProcSubset=pid, or a kernel without CONFIG_KALLSYMS), so that it is not known to have ${functions}`
    : `it has no function ${functions}`;
}

/** Types of functions, and of a variable, which a kernel without CONFIG_KALLSYMS_ALL does not list. */
const FUNCTION = ['t', 'T'];
const VARIABLE = ['d', 'D', 'b', 'B', 'a', 'A'];

function has(lines: string, name: string): boolean {
  const types = VARIABLES.includes(name) ? VARIABLE : FUNCTION;
  return types.some((type) => lines.includes(` ${type} ${name}\n`));
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
