import { readFileSync } from 'node:fs';
import type { Match } from './matches.js';

/**
 * How the counting core is called (bpf/functions.h, bpf/tracepoint.h):
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

/** See processes come and go, in every mode. */
const PROCESS_PROGRAMS = ['process_forks', 'process_executes', 'process_ends'];

/** All that see the count change, of every mode. A program is named by its way and its function. */
const CLOSING_FUNCTIONS = ['filp_flush', 'filp_close'] as const;
type ClosingFunction = (typeof CLOSING_FUNCTIONS)[number];

const programsOf: Record<AttachMode, (closes: ClosingFunction) => string[]> = {
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

/** What to attach for a mode on this kernel. */
export function programsToAttach(mode: AttachMode): string[] {
  return [...PROCESS_PROGRAMS, ...programsOf[mode](closingFunction())];
}

export const MATCH_KINDS: readonly Match['kind'][] = ['exe', 'command', 'user', 'cgroup'];

/** Answers requests about executables. */
const EXECUTABLE_PROGRAMS = ['inspect_task'];

/** What sees that a process has another user, by mode. */
const USER_PROGRAM: Record<AttachMode, string> = {
  fentry: 'fexit__commit_creds',
  kprobe: 'kretprobe__commit_creds',
  tracepoint: 'setuid_ends',
};

/** What can bring a process into a group that is matched by this, without an exec (bpf/changes.h). */
export function programsToMatch(kind: Match['kind'], mode: AttachMode): string[] {
  switch (kind) {
    case 'exe':
      return [];
    case 'command':
      return ['name_changes'];
    case 'user':
      return [USER_PROGRAM[mode]];
    case 'cgroup':
      return ['cgroup_changes', 'cgroup_is_made', 'cgroup_is_removed'];
  }
}

/** What not even to load: the kernel may refuse it, or not have its function, or nobody matches by it. */
export function programsToSkip(mode: AttachMode, matches: readonly Match['kind'][]): string[] {
  const wanted = new Set([
    ...programsToAttach(mode),
    ...matches.flatMap((kind) => programsToMatch(kind, mode)),
    ...(matches.includes('exe') ? EXECUTABLE_PROGRAMS : []),
  ]);
  const all = [
    ...ATTACH_MODES.flatMap((each) => CLOSING_FUNCTIONS.flatMap(programsOf[each])),
    ...ATTACH_MODES.flatMap((each) => MATCH_KINDS.flatMap((kind) => programsToMatch(kind, each))),
    ...EXECUTABLE_PROGRAMS,
  ];
  return [...new Set(all)].filter((program) => !wanted.has(program));
}

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
