import type { AttachMode } from './attach-mode.js';
import { firstInKernel } from './kernel-symbols.js';

/** What calls for a look, by mode. A program is named by its way of attaching and its function (bpf/functions.h). */
export type Programs = Record<AttachMode, () => readonly string[]>;

/** See whose limit is set. At the end of a system call prlimit(2) is seen as well. */
const SET_LIMIT = {
  fentry: ['fexit__do_prlimit'],
  kprobe: ['kprobe__do_prlimit', 'kretprobe__do_prlimit'],
};

const SYSCALL_END = ['syscall_ends'];

/**
 * Every way of closing passes one of the two after the bit is cleared: filp_close() until close(2) went over to
 * filp_flush() in 6.6 or so (fs/open.c).
 */
const CLOSING = ['filp_flush', 'filp_close'];

/** What sees the count of open descriptors change on this kernel. */
export const descriptorPrograms: Programs = {
  fentry: () => descriptorFunctions('fentry', closingHere()),
  kprobe: () => descriptorFunctions('kprobe', closingHere()),
  tracepoint: () => SYSCALL_END,
};

/**
 * For what has no function that all its changes pass: vm_stat_account() is inlined into mmap(2), munmap(2) and the
 * growth of a stack, as Debian builds it (mm/mmap.c).
 */
export const syscallPrograms: Programs = {
  fentry: () => SYSCALL_END,
  kprobe: () => SYSCALL_END,
  tracepoint: () => SYSCALL_END,
};

const SCHEDULER = ['runtime_grows'];
const TICKS = ['tick_has_passed', 'thread_wakes_up'];
const RESIDENT = ['rss_changes'];

/** What the scheduler sees, in every mode. */
export const schedulerPrograms = inEveryMode(SCHEDULER);

/** What sees the time of real-time threads, in every mode. */
export const tickPrograms = inEveryMode(TICKS);

/** What sees a page come or go, in every mode. */
export const residentPrograms = inEveryMode(RESIDENT);

const USER = {
  forks: 'user_forks',
  leaves: 'user_thread_is_gone',
  frees: 'user_frees',
  sent: 'signal_is_sent',
  delivered: 'signal_is_delivered',
  syscalls: 'user_syscall_ends',
};

/** Called by release_task() for each process and thread that is not counted any more. */
const RELEASE = { fentry: 'fentry__cgroup_release', kprobe: 'kprobe__cgroup_release' };

/** What sees the numbers of a user change. */
export const processesOfUser: Programs = {
  fentry: () => [USER.forks, RELEASE.fentry, USER.syscalls],
  kprobe: () => [USER.forks, RELEASE.kprobe, USER.syscalls],
  tracepoint: () => [USER.forks, USER.leaves, USER.frees, USER.syscalls],
};
export const signalsOfUser = always(USER.sent, USER.delivered, USER.frees, USER.syscalls);
export const queuesOfUser = always(USER.frees, USER.syscalls);

/** One way of seeing it change, and what sees limits in each mode. */
function inEveryMode(programs: readonly string[]): Programs {
  return {
    fentry: () => [...programs, ...SET_LIMIT.fentry],
    kprobe: () => [...programs, ...SET_LIMIT.kprobe],
    tracepoint: () => [...programs, ...SYSCALL_END],
  };
}

function always(...programs: readonly string[]): Programs {
  return { fentry: () => programs, kprobe: () => programs, tracepoint: () => programs };
}

/** All that there are in an object. */
export const allPrograms: readonly string[] = [
  ...descriptorFunctions('fentry', CLOSING),
  ...descriptorFunctions('kprobe', CLOSING),
  ...SYSCALL_END,
  ...SCHEDULER,
  ...TICKS,
  ...RESIDENT,
  ...Object.values(USER),
  ...Object.values(RELEASE),
];

function descriptorFunctions(mode: 'fentry' | 'kprobe', closing: readonly string[]): readonly string[] {
  const atReturn = { fentry: 'fexit', kprobe: 'kretprobe' }[mode];
  return [
    ...['fd_install', ...closing].map((name) => `${mode}__${name}`),
    ...['do_dup2', 'put_unused_fd', '__close_range'].map((name) => `${atReturn}__${name}`),
    ...SET_LIMIT[mode],
  ];
}

let closingIsBy: readonly string[] | undefined;

/** The one that this kernel has. It is looked up once. */
function closingHere(): readonly string[] {
  closingIsBy ??= [firstInKernel(CLOSING)].filter((name) => name !== undefined);
  return closingIsBy;
}
