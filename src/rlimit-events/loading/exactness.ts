import type { Resource } from '../../resources/index.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { type AttachMode, MODES } from './modes/index.js';

/** When a change of a resource is seen in an attach mode, for an administrator. */
export function exactness(resource: Resource, mode: AttachMode): string {
  return KERNEL_RESOURCES[resource].exactness[MODES[mode].where];
}
