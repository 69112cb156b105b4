/** What has to be seen to count a resource, and the ways in which kernels let it be seen, from the cheapest on. */
import { ATTACH_MODES, type AttachMode } from './attach-mode.js';
import type { Hook, HookKind, Sight } from './hook.js';
import type { Match } from '../match.js';

/** What calls for a look, by mode. */
export type Sights = Readonly<Record<AttachMode, readonly Sight[]>>;

/**
 * By a BTF program; or where that can be preempted by a classic one with a second beside it (bpf/hooks/tracepoint.bpf.h), or for
 * who may not read tracefs by the function that the kernel calls next.
 */
function tracepoint(program: string, next?: string): Sight {
  const seconds = [`second__${program}`];
  return [
    { kind: 'tracepoint', programs: [program] },
    { kind: 'classic', programs: [`classic__${program}`], seconds },
    ...(next === undefined ? [] : byFunction('kprobe', 'entry', next).map((hook) => ({ ...hook, seconds }))),
  ];
}

function systemCallEnd(program: string): Sight {
  return [
    { kind: 'system-call', programs: [program] },
    // The classic tracepoint has no registers (registers_of_current() in bpf/hooks/syscall.bpf.h).
    { kind: 'classic', programs: [`classic__${program}`], needsTypes: true },
  ];
}

const only = (kind: HookKind, ...programs: readonly string[]): Sight => [{ kind, programs }];

/** By a function, under the first of its names that the kernel has. Programs are named by their hook and function. */
function byFunction(
  mode: 'fentry' | 'kprobe',
  where: 'entry' | 'return',
  ...names: string[]
): readonly Hook[] {
  const prefix = {
    fentry: { entry: 'fentry', return: 'fexit' },
    kprobe: { entry: 'kprobe', return: 'kretprobe' },
  };
  const kind = mode === 'fentry' ? 'trampoline' : 'kprobe';
  return names.map((name) => {
    const functions = name.split(' ');
    const needsTypes = mode === 'fentry';
    return {
      kind,
      needsTypes,
      functions,
      programs: functions.map((each) => `${prefix[mode][where]}__${each}`),
    };
  });
}

function oneOf(...hooks: readonly Hook[]): Sight {
  const [first, ...others] = hooks;
  if (!first) throw new Error('something is seen in at least one way');
  return [first, ...others];
}

const PROCESS_BEGINS: Sight = [
  { kind: 'tracepoint', programs: ['process_forks'] },
  { kind: 'scheduler', programs: ['process_wakes_first'] },
];

/** Processes come and go: for every resource, and in every mode. */
export const PROCESSES: readonly Sight[] = [
  PROCESS_BEGINS,
  tracepoint('process_executes', 'proc_exec_connector'),
  tracepoint('process_ends', 'exit_files'),
];

const SYSCALL_END = systemCallEnd('syscall_ends');

/** Whose limit is set. At the end of a system call prlimit(2) is seen as well. */
const setLimit = {
  fentry: oneOf(...byFunction('fentry', 'return', 'do_prlimit')),
  kprobe: oneOf({
    kind: 'kprobe',
    functions: ['do_prlimit'],
    programs: ['kprobe__do_prlimit', 'kretprobe__do_prlimit'],
  }),
};

/** What sees the count of open descriptors change. */
export const descriptorSights: Sights = {
  fentry: descriptorFunctions('fentry'),
  kprobe: descriptorFunctions('kprobe'),
  tracepoint: [SYSCALL_END],
};

function descriptorFunctions(mode: 'fentry' | 'kprobe'): readonly Sight[] {
  const atEntry = (...names: string[]) => oneOf(...byFunction(mode, 'entry', ...names));
  const atReturn = (...names: string[]) => oneOf(...byFunction(mode, 'return', ...names));
  return [
    atEntry('fd_install'),
    // Every way of closing passes one of the two after the bit is cleared: filp_close() until close(2) went over to
    // filp_flush() in 6.6 or so (fs/open.c).
    atEntry('filp_flush', 'filp_close'),
    atReturn('do_dup2'),
    atReturn('put_unused_fd'),
    // The function is inlined from 7.2 or so on, into its system call's, which x86 has for 32-bit programs as well.
    atReturn(
      '__close_range',
      '__x64_sys_close_range __ia32_sys_close_range',
      '__x64_sys_close_range',
      '__arm64_sys_close_range',
    ),
    setLimit[mode],
  ];
}

/**
 * For what has no function that all its changes pass: vm_stat_account() is inlined into mmap(2), munmap(2) and the
 * growth of a stack, as Debian builds it (mm/mmap.c).
 */
export const syscallSights = inEveryMode(SYSCALL_END);

/** What the scheduler sees. */
export const schedulerSights = withLimits(only('scheduler', 'runtime_grows'));

/** What sees the time of real-time threads. The tick of the scheduler is an interrupt, also on a real-time kernel. */
export const tickSights = withLimits(only('scheduler', 'tick_has_passed', 'thread_wakes_up'));

/** What sees a page come or go. */
export const residentSights = withLimits([
  { kind: 'tracepoint', programs: ['rss_changes'] },
  { kind: 'classic', programs: ['classic__rss_changes', 'rss_of_others_changes'] },
]);

const USER_SYSCALLS = systemCallEnd('user_syscall_ends');
const USER_FREES = only('locked', 'user_frees');
const USER_FORKS: Sight = [
  { kind: 'tracepoint', programs: ['user_forks'] },
  { kind: 'scheduler', programs: ['user_wakes_first'] },
];
const ENDED: Hook = { kind: 'locked', programs: ['user_thread_is_gone', 'user_frees'], isLate: true };

/** Called by release_task() for each process and thread that is not counted any more, by its names of all times. */
const RELEASE_NAMES = ['cgroup_release', 'cgroup_task_release'];

/** What sees the numbers of a user change. */
export const processesOfUser: Sights = {
  fentry: [USER_FORKS, released('fentry'), USER_SYSCALLS],
  kprobe: [USER_FORKS, released('kprobe'), USER_SYSCALLS],
  tracepoint: [USER_FORKS, [ENDED], USER_SYSCALLS],
};

/** Where neither name is there, what mode `tracepoint` takes sees the same, some milliseconds later. */
function released(mode: 'fentry' | 'kprobe'): Sight {
  return oneOf(...byFunction(mode, 'entry', ...RELEASE_NAMES), ENDED);
}

export const signalsOfUser = inEveryMode(
  only('locked', 'signal_is_sent', 'signal_is_delivered'),
  USER_FREES,
  USER_SYSCALLS,
);
export const queuesOfUser = inEveryMode(USER_FREES, USER_SYSCALLS);

function inEveryMode(...sights: readonly Sight[]): Sights {
  return { fentry: sights, kprobe: sights, tracepoint: sights };
}

/** One way of seeing it change, and what sees limits in each mode. */
function withLimits(sight: Sight): Sights {
  return {
    fentry: [sight, setLimit.fentry],
    kprobe: [sight, setLimit.kprobe],
    tracepoint: [sight, SYSCALL_END],
  };
}

const NAME_CHANGES = tracepoint('name_changes');

/** What sees that a process has another user, by mode. */
const USER_IS_SET: Readonly<Record<AttachMode, Sight>> = {
  fentry: oneOf(...byFunction('fentry', 'return', 'commit_creds'), ...systemCallEnd('setuid_ends')),
  kprobe: oneOf(...byFunction('kprobe', 'return', 'commit_creds'), ...systemCallEnd('setuid_ends')),
  tracepoint: systemCallEnd('setuid_ends'),
};

/** What can bring a process into a group that is matched by this, without an exec (bpf/hooks/changes.bpf.h). */
export function sightsToMatch(kind: Match['kind'], mode: AttachMode): readonly Sight[] {
  switch (kind) {
    case 'exe':
      return [];
    case 'command':
      return [NAME_CHANGES];
    case 'user':
      return [USER_IS_SET[mode]];
    case 'cgroup':
      // One at a time in the whole system (TRACE_CGROUP_PATH() in kernel/cgroup/cgroup-internal.h).
      return [only('scheduler', 'cgroup_changes', 'cgroup_is_made', 'cgroup_is_removed')];
  }
}

/** All that any resource, mode and match can want. */
export function allSights(ofResources: readonly Sights[], kinds: readonly Match['kind'][]): readonly Sight[] {
  return ATTACH_MODES.flatMap((mode) => [
    ...PROCESSES,
    ...ofResources.flatMap((sights) => sights[mode]),
    ...kinds.flatMap((kind) => sightsToMatch(kind, mode)),
  ]);
}
