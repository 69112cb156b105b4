import type { Resource } from '../../resources/index.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { type AttachMode, MODES } from './modes/index.js';
import { planFor } from './plan.js';
import { thisKernel } from './this-kernel.js';

/** When a change of a resource is seen on this kernel in an attach mode that works, for an administrator. */
export function exactness(resource: Resource, mode: AttachMode): string {
  const { isLate } = planFor(resource, mode, [], thisKernel);
  return KERNEL_RESOURCES[resource].exactness[isLate ? 'system-call' : MODES[mode].where];
}
