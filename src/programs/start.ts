import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { clearAmbientCapabilities } from '../ffi/index.js';

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Without a shell, in a process group of its own and without the capabilities of the agent. */
export function start(
  [program, ...parameters]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
): Child {
  clearAmbientCapabilities();
  return spawn(program, parameters, {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    env: environment,
    detached: true,
  });
}

/** A child and its children, as long as they stay in its group. */
export class ProcessGroup {
  readonly #child: Child;

  constructor(child: Child) {
    this.#child = child;
  }

  /** To be called no later than when the child's end is told: then its number is nobody else's. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody is left, or somebody is another user's.
    }
  }
}
