import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { canHang } from '../mounts/index.js';
import { clearAmbientCapabilities } from '../ffi/index.js';

/** Milliseconds for which output is waited for after the end: somebody else may have the pipes. */
const LAST_WORDS = 100;
/** Milliseconds after SIGKILL. Whoever waits for a dead mount does not end, and is not waited for. */
const DEATH = 500;

/** A program without a shell, in a process group of its own and without the capabilities of the agent. */
export class Started {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** With its output. Rejects with the error of spawn(), such as ENOENT. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  #isStopped = false;
  #isLeft = false;
  #leave: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @throws Error where no descriptor is free, or what spawn() throws at once: no memory, too long a line of arguments */
  constructor([program, ...parameters]: readonly [string, ...string[]], environment: NodeJS.ProcessEnv) {
    clearAmbientCapabilities();
    // spawn() waits until the kernel has found the program: of one that somebody else has to answer for, a shell waits.
    const [file, words] = canHang(program)
      ? ['/bin/sh', ['-c', 'exec "$0" "$@"', program, ...parameters]]
      : [program, parameters];
    const child = spawn(file, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
      env: environment,
      detached: true,
    });
    this.child = child;
    const stdin = child.stdin as Writable | undefined;
    // Without a free descriptor there are no streams, and why is told by an event later, with the code that is missing here.
    if (stdin === undefined) {
      child.on('error', () => undefined);
      throw new Error('no file descriptor is free to start it (EMFILE or ENFILE)');
    }
    // One that has ended or closed it reads no more.
    stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      this.#leave = () => {
        this.#isLeft = true;
        for (const stream of child.stdio) stream?.destroy();
        child.unref();
        resolve({ code: null, signal: 'SIGKILL' });
      };
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
    return this.#isLeft || this.child.exitCode !== null || this.child.signalCode !== null;
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
      this.#timer = setTimeout(this.#leave, DEATH);
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
