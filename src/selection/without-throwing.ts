import { RlimitEventsError } from 'rlimit-events';
import type { SelectorLog } from './selector.js';

/** For what is called later, when nobody is there to catch: what the descriptor refuses is one line in the log. */
export function withoutThrowing(change: () => void, what: string, log: SelectorLog): () => void {
  return () => {
    try {
      change();
    } catch (error) {
      if (!(error instanceof RlimitEventsError)) throw error;
      log('warning', `${what}: ${error.message}`);
    }
  };
}
