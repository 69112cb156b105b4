import {
  changeAddressSpace,
  changeCpu,
  changeData,
  changeDescriptors,
  changeLocked,
  changeStack,
  pageSize,
  type Way,
} from '../ffi/index.js';
import type { Resource } from '../resources/index.js';
import { descriptorPrograms, type Programs, schedulerPrograms, syscallPrograms } from './functions.js';
import { descriptorWeights, everyCall, limitWeights, memoryWeights } from './syscalls.js';

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
  cpu: {
    programs: schedulerPrograms,
    weights: limitWeights,
    grain: 1000,
    ways: changeCpu,
    changesByIoUring: false,
  },
};
