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

/** Descriptors, of this process or of the machine, and memory. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** What the system has too few of for now, whatever was wanted; undefined: it is something else. */
export function exhaustedBy(error: unknown): RlimitEventsError | undefined {
  const { code = '' } = error as { code?: string };
  if (!(error instanceof Error) || !SHORTAGES.includes(code)) return undefined;
  const message = `no descriptor or memory is free to look at processes (${code})`;
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
