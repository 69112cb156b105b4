import { mustAnswer } from '../mounts/index.js';
import type { Deliver, Outcome } from './destination.js';

/** The files that settings name, with passwords, keys and certificates. */
export function filesOf(settings: object): string[] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' && key.endsWith('File') ? [value] : [],
  );
}

/** A destination that is made when all who have its files answer. Until then nothing gets through. */
export function deliverWhenAnswered(files: readonly string[], make: () => Deliver): Deliver {
  let made: Deliver | undefined;
  const deliver: Deliver = async (results, signal, onWritten, onLost) => {
    const failed = (failure: 'unreachable' | 'rejected', error: unknown): Outcome[] => {
      const reason = error instanceof Error ? error.message : String(error);
      return results.map(() => ({ status: 'failed', failure, reason }));
    };
    try {
      if (!made) await mustAnswer(files);
    } catch (error) {
      return failed('unreachable', error);
    }
    try {
      made ??= make();
    } catch (error) {
      return failed('rejected', error);
    }
    return made(results, signal, onWritten, onLost);
  };
  deliver.close = async () => {
    await made?.close?.();
  };
  return deliver;
}
