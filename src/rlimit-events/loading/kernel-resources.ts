import {
  changeAddressSpace,
  changeCpu,
  changeData,
  changeDescriptors,
  changeLocked,
  changeProcesses,
  changeQueues,
  changeResident,
  changeSignals,
  changeStack,
  microsecondsPerTick,
  pageSize,
  type Way,
} from '../../ffi/index.js';
import type { Resource } from '../../resources/index.js';
import type { Where } from './modes/index.js';
import {
  descriptorSights,
  memorySights,
  processesOfUser,
  type Sights,
  queuesOfUser,
  residentSights,
  schedulerSights,
  signalsOfUser,
  tickSights,
} from './sights.js';
import { descriptorWeights, everyCall, limitWeights, memoryWeights, weightsOf } from './syscalls.js';

/** How the kernel is made to watch a resource (bpf/resources/resource.bpf.h). */
export interface KernelResource {
  /** What calls for a look. */
  readonly sights: Sights;
  /** How far each system call can move it, by the architecture's name in `process.arch`. */
  readonly weights: (architecture: string) => Uint16Array;
  /** The smallest change, in the resource's unit: with the provisional set each one is told. */
  readonly grain: number;
  /** The ways in which this process changes it, for the self-test. */
  readonly ways: readonly Way[];
  /** Whether io_uring's workers change it, which have no system call. */
  readonly changesByIoUring: boolean;
  /** When a change is seen, for an administrator, by where the attach mode sees it. */
  readonly exactness: Readonly<Record<Where, string>>;
}

const inEachMode = (text: string) => ({ function: text, 'system-call': text });
const AT_ONCE = 'each change as it happens';
const SYSCALL = 'each change at the end of its system call';
/** A stack grows by a page fault, of which the next system call is the first to know. */
const WITH_STACK = {
  function: AT_ONCE,
  'system-call': `${SYSCALL}; the growth of a stack at the end of the next one`,
};
/** A number is taken before the call waits for anybody, and no hook is there (bpf/resources/nofile.bpf.h). */
const RESERVED = 'numbers that hanging calls have taken (open, accept) with a later change';
const NOT_SEEN_OF_LOCKED =
  'what its user has locked by SHM_LOCK or io_uring has the same limit, and is not seen';

const memory = {
  grain: pageSize(),
  changesByIoUring: false,
};

const ofUser = { grain: 1, changesByIoUring: false };

export const KERNEL_RESOURCES: Record<Resource, KernelResource> = {
  nofile: {
    sights: descriptorSights,
    weights: descriptorWeights,
    grain: 1,
    ways: changeDescriptors,
    changesByIoUring: true,
    exactness: {
      function: `${AT_ONCE}; ${RESERVED}`,
      'system-call': `${SYSCALL}; what io_uring or a seccomp supervisor does at the end of the next one; ${RESERVED}`,
    },
  },
  as: {
    ...memory,
    sights: memorySights('as'),
    weights: everyCall,
    ways: changeAddressSpace,
    exactness: WITH_STACK,
  },
  stack: {
    ...memory,
    sights: memorySights('stack'),
    weights: everyCall,
    ways: changeStack,
    exactness: WITH_STACK,
  },
  data: {
    ...memory,
    sights: memorySights('data'),
    weights: memoryWeights,
    ways: changeData,
    exactness: { function: AT_ONCE, 'system-call': SYSCALL },
  },
  // The kernel compares the same limit with counts of the user as well: user_shm_lock() in mm/mlock.c,
  // __io_account_mem() in io_uring/. Which process a count of theirs belongs to is not kept anywhere.
  memlock: {
    ...memory,
    sights: memorySights('memlock'),
    weights: memoryWeights,
    ways: changeLocked,
    exactness: {
      function: `${AT_ONCE}; ${NOT_SEEN_OF_LOCKED}`,
      'system-call': `${SYSCALL}; ${NOT_SEEN_OF_LOCKED}`,
    },
  },
  rss: {
    ...memory,
    sights: residentSights,
    weights: limitWeights,
    ways: changeResident,
    exactness: inEachMode(
      'as the kernel adds it up: after 64 faults of a thread, or from Linux 6.2 on after 32 pages of a CPU, or twice the CPUs',
    ),
  },
  nproc: {
    ...ofUser,
    sights: processesOfUser,
    // A child is counted early (copy_creds() in kernel/fork.c). That it is not after all, nothing else tells.
    weights: weightsOf('wait4', 'waitid', 'waitpid', 'fork', 'vfork', 'clone', 'clone3'),
    ways: changeProcesses,
    exactness: {
      function: AT_ONCE,
      'system-call':
        'each that begins as it happens, each that is waited for at the end of wait(2); one that another user waits for some milliseconds later',
    },
  },
  sigpending: {
    ...ofUser,
    sights: signalsOfUser,
    // A signalfd is read.
    weights: weightsOf('rt_sigtimedwait', 'rt_sigaction', 'read', 'readv', 'preadv', 'preadv2'),
    ways: changeSignals,
    exactness: {
      function: 'each signal as it is queued, and as it is taken in whatever way',
      'system-call':
        'each signal as it is queued and delivered, or at the end of the system call that takes it; one that goes with its process some milliseconds later; one that its process got as another user with the next change of that user',
    },
  },
  // A queue goes with its last descriptor, after the system call that closes that has ended (fput() in fs/file_table.c):
  // at the end of each call it is the next one that sees it.
  msgqueue: {
    ...ofUser,
    sights: queuesOfUser,
    weights: everyCall,
    ways: changeQueues,
    exactness: {
      function: 'each queue as it comes and goes',
      'system-call':
        'each queue at the end of mq_open(2); that it is gone at the end of the next system call of its user',
    },
  },
  cpu: {
    sights: schedulerSights,
    weights: limitWeights,
    grain: 1000,
    ways: changeCpu,
    changesByIoUring: false,
    exactness: inEachMode(
      'at each tick, which is what the kernel counts in, and before it compares it with the limit',
    ),
  },
  rttime: {
    sights: tickSights,
    weights: limitWeights,
    grain: microsecondsPerTick(),
    // A tracepoint is inlined nowhere, and to try it this process would have to stop all others.
    ways: [],
    changesByIoUring: false,
    exactness: inEachMode('at each tick, which is what the kernel counts in, and when a thread wakes up'),
  },
};
