import type { Hook, Sight } from '../hook.js';
import { byFunction, type FunctionHook, oneOf, systemCallEnd, together } from '../sight.js';
import { isSince } from '../kernel-release.js';
import type { Mode } from './mode.js';

type SeenByFunctions = Omit<Mode, 'name' | 'remedy' | 'mustBePossible'>;

/** Called by release_task() for each process and thread that is not counted any more, by its names of all times. */
const RELEASE_NAMES = ['cgroup_release', 'cgroup_task_release'];

/** What ends each change of a memory (bpf/hooks/memory.bpf.h): all of it, for there is none that all changes pass. */
const UNMAPPED = 'userfaultfd_unmap_complete';
const MAPPED = ['do_shmat', 'ksys_shmdt', '_install_special_mapping'];
/** This maps as well, under a name for programs of each kind that the kernel can run: those of here first. */
const IO_SETUP = [
  ['__x64_sys_io_setup', '__ia32_compat_sys_io_setup'],
  ['__x64_sys_io_setup'],
  ['__arm64_sys_io_setup', '__arm64_compat_sys_io_setup'],
  ['__arm64_sys_io_setup'],
].sort(([a = ''], [b = '']) => Number(isOfHere(b)) - Number(isOfHere(a)));

/** So do these, where processors have shadow stacks and the kernel was built to know them. */
const SHADOW_STACKS = {
  x64: ['shstk_alloc_thread_stack', 'shstk_prctl', '__x64_sys_map_shadow_stack'],
  arm64: ['gcs_alloc_thread_stack', 'arch_set_shadow_stack_status', '__arm64_sys_map_shadow_stack'],
};
/** Of kernels that are too old for it none is looked for: what is not there takes longest to find. */
const SHADOW_STACKS_HERE =
  process.arch === 'x64' && isSince(6, 6)
    ? [SHADOW_STACKS.x64, [], SHADOW_STACKS.arm64]
    : process.arch === 'arm64' && isSince(6, 13)
      ? [SHADOW_STACKS.arm64, [], SHADOW_STACKS.x64]
      : [[], SHADOW_STACKS.x64, SHADOW_STACKS.arm64];

function isOfHere(name: string): boolean {
  return name.startsWith(`__${process.arch}_`);
}

const STACK_GROWS = 'expand_downwards';
const LOCKED = ['mlock_fixup', '__account_locked_vm', 'account_locked_vm'];

/** A queue comes, by whatever way it is made, and is not counted any more (bpf/hooks/user_hooks.bpf.h). */
const QUEUE_COMES = ['mqueue_create', 'mqueue_create_attr'];
const QUEUE_IS_GONE = 'put_ucounts';
/** A signal is counted, and is not any more. */
const SIGNAL_IS_GONE = 'dec_rlimit_put_ucounts';
const SIGNALS = ['inc_rlimit_get_ucounts', SIGNAL_IS_GONE];
/** Until then users are counted otherwise, and what has these names does something else. */
const HAS_UCOUNTS = isSince(5, 14);

/** What two modes see by the same functions of the kernel. */
export function seenByFunctions(hook: FunctionHook, limits: Sight, dup2: Sight): SeenByFunctions {
  const memory = (...returns: string[]): readonly Hook[] =>
    SHADOW_STACKS_HERE.flatMap((shadow) =>
      IO_SETUP.map((setup) =>
        together(
          limits[0],
          ...byFunction(hook, 'entry', UNMAPPED),
          ...byFunction(hook, 'return', ...MAPPED, ...returns, ...setup, ...shadow),
        ),
      ),
    );
  const atEntry = (...names: string[]) => oneOf(...byFunction(hook, 'entry', ...names));
  const atReturn = (...names: string[]) => oneOf(...byFunction(hook, 'return', ...names));
  const userIsSet = byFunction(hook, 'return', 'commit_creds');
  /** What changes a number of a user, with what gives a process another limit or another user. */
  const ofUser = (...hooks: readonly Hook[]): readonly Hook[] => [
    { ...together(limits[0], ...userIsSet, ...hooks), isForOthers: !HAS_UCOUNTS },
  ];
  const signals = ofUser(
    ...byFunction(hook, 'return', ...SIGNALS),
    // A kretprobe does not have the parameters.
    ...(hook === 'kprobe' ? byFunction(hook, 'entry', SIGNAL_IS_GONE) : []),
  );
  return {
    where: 'function',
    descriptors: [
      atEntry('fd_install'),
      // Every way of closing passes one of the two after the bit is cleared: filp_close() until close(2) went over to
      // filp_flush() in 6.6 or so (fs/open.c).
      atEntry('filp_flush', 'filp_close'),
      dup2,
      atReturn('put_unused_fd'),
      // The function is inlined from 7.2 or so on, into its system call's, which x86 has for 32-bit programs as well.
      atReturn(
        '__close_range',
        '__x64_sys_close_range __ia32_sys_close_range',
        '__x64_sys_close_range',
        '__arm64_sys_close_range',
      ),
      // Whoever has another table gives up the one that he had.
      atEntry('put_files_struct'),
      limits,
    ],
    memory: {
      as: memory(STACK_GROWS),
      data: memory('mprotect_fixup'),
      stack: memory(STACK_GROWS),
      memlock: memory(STACK_GROWS, ...LOCKED),
    },
    limits,
    queues: ofUser(
      ...byFunction(hook, 'return', ...QUEUE_COMES),
      ...byFunction(hook, 'entry', QUEUE_IS_GONE),
    ),
    signals,
    // Nor does it know of a signal that is sent whom it is counted for.
    signalsByOthers: hook === 'fentry' ? signals : [],
    userIsSet: oneOf(...userIsSet, ...systemCallEnd('setuid_ends')),
    userHasOneLess: byFunction(hook, 'entry', ...RELEASE_NAMES),
  };
}
