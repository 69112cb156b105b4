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
  pageSize,
  type Way,
} from '../ffi/index.js';
import type { Resource } from '../resources/index.js';
import {
  descriptorPrograms,
  processesOfUser,
  type Programs,
  queuesOfUser,
  residentPrograms,
  schedulerPrograms,
  signalsOfUser,
  syscallPrograms,
} from './functions.js';
import { descriptorWeights, everyCall, limitWeights, memoryWeights, weightsOf } from './syscalls.js';

/** How the kernel is made to watch a resource (bpf/resource.h). */
export interface KernelResource {
  /** What calls for a look, by attach mode. */
  readonly programs: Programs;
  /** How far each system call can move it, by the architecture's name in `process.arch`. */
  readonly weights: (architecture: string) => Uint16Array;
  /** The smallest change that is told to somebody whose levels are not known yet. */
  readonly grain: number;
  /** The ways in which this process changes it, for the self-test. */
  readonly ways: readonly Way[];
  /** Whether io_uring's workers change it, which have no system call. */
  readonly changesByIoUring: boolean;
}

const memory = {
  programs: syscallPrograms,
  grain: pageSize(),
  changesByIoUring: false,
};

const ofUser = { grain: 1, changesByIoUring: false };

export const KERNEL_RESOURCES: Record<Resource, KernelResource> = {
  nofile: {
    programs: descriptorPrograms,
    weights: descriptorWeights,
    grain: 1,
    ways: changeDescriptors,
    changesByIoUring: true,
  },
  // A stack grows by a page fault, of which the next system call is the first to know.
  as: { ...memory, weights: everyCall, ways: changeAddressSpace },
  stack: { ...memory, weights: everyCall, ways: changeStack },
  data: { ...memory, weights: memoryWeights, ways: changeData },
  memlock: { ...memory, weights: memoryWeights, ways: changeLocked },
  rss: { ...memory, programs: residentPrograms, weights: limitWeights, ways: changeResident },
  nproc: {
    ...ofUser,
    programs: processesOfUser,
    weights: weightsOf('wait4', 'waitid'),
    ways: changeProcesses,
  },
  sigpending: {
    ...ofUser,
    programs: signalsOfUser,
    // A signalfd is read.
    weights: weightsOf('rt_sigtimedwait', 'rt_sigaction', 'read', 'readv', 'preadv', 'preadv2'),
    ways: changeSignals,
  },
  // A queue goes with its last descriptor, after the system call that closes that has ended (fput() in fs/file_table.c).
  msgqueue: { ...ofUser, programs: queuesOfUser, weights: everyCall, ways: changeQueues },
  cpu: {
    programs: schedulerPrograms,
    weights: limitWeights,
    grain: 1000,
    ways: changeCpu,
    changesByIoUring: false,
  },
};
