import { FirstLine } from './first-line.js';
import { ProcessGroup, start } from './start.js';

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
export const LAST_WORDS = 100;

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
  run: readonly [string, ...string[]],
  { environment, bounds, input = '', signal }: ProgramOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = start(run, environment);
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
