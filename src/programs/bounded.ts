import { mustAnswer } from '../mounts/index.js';
import { FirstLine } from './first-line.js';
import { Started } from './start.js';

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
 * @throws the error of spawn(), such as ENOENT; Error where no descriptor is free; UnansweredError
 */
export async function runBounded(
  run: readonly [string, ...string[]],
  { environment, bounds, input = '', signal }: ProgramOptions,
): Promise<Ended> {
  // Whoever starts a program waits until the kernel has found its file.
  await mustAnswer(run.slice(0, 1));
  const started = new Started(run, environment);
  const { child } = started;
  const stdout = new FirstLine(child.stdout);
  const stderr = new FirstLine(child.stderr);
  child.stdin.end(input);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    started.stop(bounds.grace);
  }, bounds.time);
  const stop = () => {
    clearTimeout(timer);
    started.stop(bounds.grace);
  };
  // What it has said may still come, but not the end of its time.
  child.on('exit', () => {
    clearTimeout(timer);
  });
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    return { ...(await started.ended), timedOut, stdout: stdout.text, stderr: stderr.text };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
