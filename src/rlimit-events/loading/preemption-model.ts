/**
 * Whether a kernel can preempt itself at all, by what `uname -v` says: "SMP" and, if it was built to, at once "PREEMPT",
 * "PREEMPT_DYNAMIC" or "PREEMPT_RT" (init/Makefile, before that scripts/mkcompile_h). What may have been cut off, at 64
 * characters, is not taken for safe.
 */
export function isBuiltToPreempt(version: string): boolean {
  return !/ SMP (?!PREEMPT).{7}/.test(version);
}
