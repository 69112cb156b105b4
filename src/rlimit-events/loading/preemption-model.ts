import { isSince } from './kernel-release.js';

/**
 * Whether a kernel can preempt itself at all, by what `uname -v` says: "SMP" and, if it was built to, at once "PREEMPT",
 * "PREEMPT_DYNAMIC" or "PREEMPT_RT" (init/Makefile, before that scripts/mkcompile_h). What may have been cut off, at 64
 * characters, is not taken for safe.
 */
export function isBuiltToPreempt(version: string): boolean {
  return !/ SMP (?!PREEMPT).{7}/.test(version);
}

/** Whether a kernel is real-time. */
export function isRealTime(version: string): boolean {
  return version.includes('PREEMPT_RT');
}

/**
 * Whether a kernel that preempts does so also where a task only may not change its CPU (migrate_disable()), as while bpf(2)
 * works on an element of a map. Until 5.10 that was preempt_disable() but on a real-time one (linux/preempt.h).
 *
 * @param version what `uname -v` says
 * @param kernel its release; given by tests
 */
export function preemptsWhoStaysOnCpu(version: string, kernel?: string): boolean {
  return isSince(5, 11, kernel) || isRealTime(version);
}
