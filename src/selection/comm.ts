/** TASK_COMM_LEN without its NUL (include/linux/sched.h): how many bytes of a name the kernel keeps. */
export const LONGEST_NAME = 15;

/** What the kernel keeps of a name; undefined: it cuts a letter in two, and what is left cannot be written. */
export function keptName(name: string): string | undefined {
  const kept = Buffer.from(name).subarray(0, LONGEST_NAME).toString();
  return kept.includes('\ufffd') ? undefined : kept;
}
