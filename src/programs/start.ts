import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { clearAmbientCapabilities } from '../ffi/index.js';

/** Milliseconds for which output is waited for after the end: somebody else may have the pipes. */
const LAST_WORDS = 100;

/** A program without a shell, in a process group of its own and without the capabilities of the agent. */
export class Started {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** With its output. Rejects with the error of spawn(), such as ENOENT. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor([program, ...parameters]: readonly [string, ...string[]], environment: NodeJS.ProcessEnv) {
    clearAmbientCapabilities();
    const child = spawn(program, parameters, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
      env: environment,
      detached: true,
    });
    this.child = child;
    // One that has ended or closed it reads no more.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => {
        clearTimeout(this.#timer);
        // Whatever of it has not obeyed.
        if (this.#isStopped) this.#signal('SIGKILL');
        this.#timer = setTimeout(() => {
          child.stdin.destroy();
          child.stdout.destroy();
          child.stderr.destroy();
        }, LAST_WORDS);
      });
      child.on('close', (code, signal) => {
        clearTimeout(this.#timer);
        resolve({ code, signal });
      });
    });
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /**
   * SIGTERM, and SIGKILL for who does not obey; once, and not after its end, when its number may be somebody else's.
   *
   * @param grace milliseconds between the two
   */
  stop(grace: number): void {
    if (this.#isStopped || this.hasExited) return;
    this.#isStopped = true;
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => {
      this.#signal('SIGKILL');
    }, grace);
  }

  /** To it and its children, as long as they stay in its group. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody is left, or somebody is another user's.
    }
  }
}
