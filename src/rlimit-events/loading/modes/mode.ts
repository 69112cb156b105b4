import type { Resource } from '../../../resources/index.js';
import type { Hook, Sight } from '../hook.js';
import type { KernelTypes } from '../kernel-types.js';

/** Whether a change is seen in the kernel's function that makes it, or at the end of its system call. */
export type Where = 'function' | 'system-call';

/** The resources that a memory counts by what is mapped. */
export type MemoryCount = Extract<Resource, 'as' | 'data' | 'stack' | 'memlock'>;

/** An attach mode: how what calls for a look is seen, where kernels let it be seen in more than one way. */
export interface Mode {
  readonly name: string;
  readonly where: Where;
  /** What sees the count of open descriptors change, and their limit. */
  readonly descriptors: readonly Sight[];
  /** What sees a count of memory change, and its limit, sooner than the end of a system call. */
  readonly memory: Readonly<Record<MemoryCount, readonly Hook[]>>;
  /** What sees a limit be set. */
  readonly limits: Sight;
  /** What sees the message queues of a user change, and the signals, sooner than the end of a system call. */
  readonly queues: readonly Hook[];
  readonly signals: readonly Hook[];
  /** Those of them that see it whoever makes a change. */
  readonly signalsByOthers: readonly Hook[];
  /** What sees that a process has another user. */
  readonly userIsSet: Sight;
  /** What sees that a user has a process or thread less, sooner than the kernel's own tracepoints. */
  readonly userHasOneLess: readonly Hook[];
  /** What an administrator can do about a kernel that refuses it, where no better reason is known. */
  readonly remedy: string;
  /**
   * What the kernel can be asked in no time, before the work begins.
   *
   * @throws RlimitEventsError not-permitted or unsupported
   */
  mustBePossible(types: KernelTypes): void;
}
