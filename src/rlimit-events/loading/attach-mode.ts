/**
 * How the counting core is called (bpf/hooks/functions.bpf.h, bpf/hooks/tracepoint.bpf.h):
 *
 * - `fentry`: trampolines at the functions that install and remove descriptors. The cheapest, and
 *   nothing at all for a system call that has nothing to do with descriptors.
 * - `kprobe`: the same functions by kprobes, where there are no trampolines.
 * - `tracepoint`: the end of every system call, wherever there is BTF. It misses what io_uring does
 *   without a system call until the next one.
 */
export type AttachMode = 'fentry' | 'kprobe' | 'tracepoint';

/** From the cheapest for the whole system on. */
export const ATTACH_MODES: readonly AttachMode[] = ['fentry', 'kprobe', 'tracepoint'];
