import { NscaNgError } from './errors.js';

export interface Bounds {
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  /** What is thrown when the time is over. */
  readonly late: () => NscaNgError;
}

/** How `bounded` is told how it went. */
export interface Settle<T> {
  readonly done: (value: T) => void;
  readonly failed: (error: NscaNgError) => void;
}

/**
 * Waits for what `start` begins. `start` returns how to stop it; that, the timer and the signal's listener are all gone
 * when the promise settles.
 *
 * @throws NscaNgError what has failed, `aborted`, or what `late` makes
 */
export async function bounded<T>(
  { ms, signal, late }: Bounds,
  start: (settle: Settle<T>) => () => void,
): Promise<T> {
  if (signal?.aborted === true) throw aborted(signal);
  const cleanups: (() => void)[] = [];
  try {
    return await new Promise<T>((done, failed) => {
      const timer = setTimeout(() => {
        failed(late());
      }, ms);
      const onAbort = () => {
        failed(aborted(signal));
      };
      signal?.addEventListener('abort', onAbort);
      cleanups.push(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      });
      cleanups.push(start({ done, failed }));
    });
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}

export const aborted = (signal: AbortSignal | undefined): NscaNgError =>
  new NscaNgError('aborted', 'Sending was aborted.', { cause: signal?.reason });
