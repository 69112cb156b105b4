import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

/** Those that somebody wants to know the end of, with the numbers of their groups. */
const wanted = new Map<ChildProcess, number>();

/**
 * Starts a script of the shell that looks at what somebody else has to answer for: whoever waits for a dead mount can neither
 * be ended nor end, and that is not this process then, which does not stay for it either.
 *
 * @param parameters `$1` and so on
 * @throws Error Node.js may not start programs (--permission), or there is no memory
 */
export function startScript(
  script: string,
  parameters: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...parameters], {
    stdio,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    // With a group of its own, to be ended as a whole.
    detached: true,
  });
  child.unref();
  // Without a number there is no such program.
  if (child.pid !== undefined) wanted.set(child, child.pid);
  return child;
}

/** Whether there is no shell, or none that this process may start: then nobody can be sent, now or later. */
export function isForbidden(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ENOENT', 'EACCES', 'ERR_ACCESS_DENIED'].includes(code);
}

/** It has ended. Whether somebody wanted to know that still. */
export function wasWanted(child: ChildProcess): boolean {
  return wanted.delete(child);
}

/** Nobody wants to know any more what was asked and written on mounts. */
export function leaveMounts(): void {
  for (const [child, group] of wanted) {
    wanted.delete(child);
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}
