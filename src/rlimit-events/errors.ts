import { isShortage } from '../ffi/index.js';

/** Why the descriptor could not be had. The message is one line that says what to do. */
export class RlimitEventsError extends Error {
  override readonly name = 'RlimitEventsError';

  constructor(
    readonly code:
      | 'not-permitted'
      | 'no-btf'
      | 'unsupported'
      | 'no-such-process'
      | 'no-such-level'
      | 'bad-match'
      | 'full'
      | 'busy'
      | 'exhausted'
      | 'closed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the system has too few of for now, whatever was wanted; undefined: it is something else. */
export function exhaustedBy(error: unknown): RlimitEventsError | undefined {
  if (!isShortage(error)) return undefined;
  const message = `no descriptor or memory is free to look at processes (${error.code})`;
  return new RlimitEventsError('exhausted', message, { cause: error });
}

/** @throws RlimitEventsError exhausted, where the call throws that something is short; else what it throws */
export function orExhausted<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw exhaustedBy(error) ?? error;
  }
}

/** Whether it can be done a moment later, as it was to be. */
export function isExhausted(error: unknown): boolean {
  return error instanceof RlimitEventsError && error.code === 'exhausted';
}
