import type { Hook, Sight } from '../hook.js';
import type { KernelTypes } from '../kernel-types.js';

/** Whether a change is seen in the kernel's function that makes it, or at the end of its system call. */
export type Where = 'function' | 'system-call';

/** An attach mode: how what calls for a look is seen, where kernels let it be seen in more than one way. */
export interface Mode {
  readonly name: string;
  readonly where: Where;
  /** What sees the count of open descriptors change, and their limit. */
  readonly descriptors: readonly Sight[];
  /** What sees a limit be set. */
  readonly limits: Sight;
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
