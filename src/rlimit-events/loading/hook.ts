/**
 * What guards the programs of a hook from being preempted. While somebody is preempted inside a program, the kernel
 * skips it for all others on that CPU, and counts that in its `recursion_misses` alone.
 *
 * - `trampoline`: fentry and fexit. Nothing guards them: they can be preempted wherever the kernel preempts.
 * - `system-call`: a BTF program at the end of a system call. Guarded until Linux 7.1.
 * - `tracepoint`: a BTF program at another tracepoint. Guarded until 6.19.
 * - `locked`: the same where the kernel calls it with a spinlock held or from a softirq, which guards it but on a
 *   real-time kernel.
 * - `scheduler`: the same within the lock of a run queue or another that lets nobody else in. Always guarded.
 * - `kprobe`, `classic`: kprobes and classic tracepoint programs. Always guarded, but kept out while somebody is
 *   preempted inside bpf(2) on an element of a map (bpf/hooks/blind.bpf.h).
 */
export type HookKind =
  'trampoline' | 'system-call' | 'tracepoint' | 'locked' | 'scheduler' | 'kprobe' | 'classic';

/** One way to see something: programs of bpf/, which are attached together. */
export interface Hook {
  readonly kind: HookKind;
  readonly programs: readonly string[];
  /** The functions that the kernel must have for it. */
  readonly functions?: readonly string[];
  /** It sees the same some time later: taken where nothing else is there. */
  readonly isLate?: boolean;
  /** It is for other kernels: this one may have functions of these names that do something else. */
  readonly isForOthers?: boolean;
  /** It is there only where the kernel knows its own types (bpf/kernel/kernel.bpf.h). */
  readonly needsTypes?: boolean;
  /** Programs that only see what the others were kept out of; where that can be found out (bpf/hooks/blind.bpf.h). */
  readonly seconds?: readonly string[];
}

/** Something that has to be seen, by the first of these ways that is there and exact; else by the first that is there. */
export type Sight = readonly [Hook, ...Hook[]];
