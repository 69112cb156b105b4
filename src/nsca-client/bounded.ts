import { NscaError } from './errors.js';

export interface Bounds {
  /** Milliseconds; absent: without end. */
  readonly ms?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What `bounded` answers when the time is over first. */
export const TIME_IS_OVER = Symbol('time is over');

export const aborted = (signal: AbortSignal): NscaError =>
  new NscaError('aborted', 'Sending was aborted.', { cause: signal.reason });

/**
 * Waits for what `start` begins, for a time or until the signal aborts. `start` returns how to stop listening;
 * that, the timer and the signal's listener are all gone when the promise settles.
 *
 * @throws NscaError `aborted`
 */
export async function bounded<T>(
  { ms, signal }: Bounds,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T | typeof TIME_IS_OVER> {
  if (signal?.aborted === true) throw aborted(signal);
  const cleanups: (() => void)[] = [];
  try {
    return await new Promise<T | typeof TIME_IS_OVER>((resolve, reject) => {
      if (ms !== undefined) {
        const timer = setTimeout(resolve, ms, TIME_IS_OVER);
        cleanups.push(() => {
          clearTimeout(timer);
        });
      }
      if (signal !== undefined) {
        const onAbort = () => {
          reject(aborted(signal));
        };
        signal.addEventListener('abort', onAbort);
        cleanups.push(() => {
          signal.removeEventListener('abort', onAbort);
        });
      }
      cleanups.push(start(resolve, reject));
    });
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}
