import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { clearAmbientCapabilities } from '../ffi/index.js';
import { FirstLine } from './first-line.js';

/** How long a program may take. */
export interface Bounds {
  /** Milliseconds until SIGTERM. */
  readonly time: number;
  /** Milliseconds from there to SIGKILL. */
  readonly grace: number;
}

/** How a program has ended, and the first line that it wrote on each stream. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long output is waited for after the end: somebody else may have the pipes. */
const LAST_WORDS = 100;

export interface ProgramOptions {
  /** All that it gets. */
  readonly environment: NodeJS.ProcessEnv;
  readonly bounds: Bounds;
  /** Its standard input; it need not read it. Default: empty. */
  readonly input?: string;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program without a shell, in a process group of its own and without the capabilities of the agent.
 *
 * @throws the error of spawn(), such as ENOENT
 */
export function runBounded(
  [program, ...parameters]: readonly [string, ...string[]],
  { environment, bounds, input = '', signal }: ProgramOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    clearAmbientCapabilities();
    const child = spawn(program, parameters, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: '/',
      env: environment,
      detached: true,
    });
    const group = new ProcessGroup(child);
    const stdout = new FirstLine(child.stdout);
    const stderr = new FirstLine(child.stderr);
    // One that has ended or closed it reads no more.
    child.stdin.on('error', () => undefined).end(input);
    let timedOut = false;
    let isStopped = false;
    const stop = () => {
      clearTimeout(timer);
      isStopped = true;
      group.signal('SIGTERM');
      timer = setTimeout(() => {
        group.signal('SIGKILL');
      }, bounds.grace);
    };
    let timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, bounds.time);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    child.on('error', (error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      reject(error);
    });
    child.on('exit', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      // Whatever of it has not obeyed.
      if (isStopped) group.signal('SIGKILL');
      timer = setTimeout(() => {
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS);
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      resolve({ code, signal: killedBy, timedOut, stdout: stdout.text, stderr: stderr.text });
    });
  });
}

/** A child and its children, as long as they stay in its group. */
class ProcessGroup {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
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
