import { readlinkSync } from 'node:fs';
import type { SelectorLog } from './selector.js';

/** Of the first cgroup namespace (PROC_CGROUP_INIT_INO, include/linux/proc_ns.h). */
const FIRST_NAMESPACE = 'cgroup:[4026531835]';

/** The kernel tells of a cgroup that is made by its path in the first namespace, which nobody knows elsewhere. */
export function warnOfNamespace(what: string, log: SelectorLog): void {
  if (readlinkSync('/proc/self/ns/cgroup') !== FIRST_NAMESPACE)
    log('warning', `in a cgroup namespace, as in a container, ${what} is not followed when it is made again`);
}
