import type * as z from 'zod';
import { MAX_GROUPS } from 'rlimit-events';
import type { Service } from '../config.js';

/** Refuses services that ask the kernel to match more different processes than it can. */
export function fewEnoughSelectors(list: readonly Service[], context: z.RefinementCtx): void {
  const byResource = new Map<string, Set<string>>();
  for (const [index, { resource, process, inherit }] of list.entries()) {
    const selectors = byResource.get(resource) ?? new Set();
    byResource.set(resource, selectors.add(JSON.stringify([process, inherit])));
    if (selectors.size <= MAX_GROUPS) continue;
    const message = `has a process: that is the ${selectors.size}th of resource ${resource}; the kernel matches ${MAX_GROUPS}, give services the same one or run a second agent`;
    context.addIssue({ code: 'custom', path: [index], message });
    return;
  }
}
