import { readFileSync } from 'node:fs';
import type { AttachMode } from './attach.js';

/** All that see the count change, of every mode. A program is named by its way and its function. */
const CLOSING_FUNCTIONS = ['filp_flush', 'filp_close'] as const;
type ClosingFunction = (typeof CLOSING_FUNCTIONS)[number];

const programsOf: Record<AttachMode, (closes: ClosingFunction) => readonly string[]> = {
  fentry: (closes) => [
    'fentry__fd_install',
    `fentry__${closes}`,
    'fexit__do_dup2',
    'fexit__put_unused_fd',
    'fexit____close_range',
    'fexit__do_prlimit',
  ],
  kprobe: (closes) => [
    'kprobe__fd_install',
    `kprobe__${closes}`,
    'kretprobe__do_dup2',
    'kretprobe__put_unused_fd',
    'kretprobe____close_range',
    'kprobe__do_prlimit',
    'kretprobe__do_prlimit',
  ],
  tracepoint: () => ['syscall_ends'],
};

/** What sees the count of open descriptors change on this kernel, by mode. */
export const descriptorPrograms: Record<AttachMode, () => readonly string[]> = {
  fentry: () => programsOf.fentry(closingFunction()),
  kprobe: () => programsOf.kprobe(closingFunction()),
  tracepoint: () => programsOf.tracepoint(closingFunction()),
};

/** The same for any kernel: what an object has of them. */
export const allDescriptorPrograms: readonly string[] = Object.values(programsOf).flatMap((programs) =>
  CLOSING_FUNCTIONS.flatMap(programs),
);

let closing: ClosingFunction | undefined;

/**
 * The function that every kind of close passes after the bit is cleared: filp_close() until
 * close(2) went over to filp_flush() in 6.6 or so (fs/open.c).
 */
function closingFunction(): ClosingFunction {
  // Megabytes, and the kernel does not change meanwhile.
  closing ??= /^\S+ [tT] filp_flush$/m.test(readFileSync('/proc/kallsyms', 'utf8'))
    ? 'filp_flush'
    : 'filp_close';
  return closing;
}
