import type { NscaClient, SendOutcome } from '../nsca-client/index.js';
import type { Delivery, Destination } from './destination.js';

/** An NSCA server. What comes in close succession travels in one connection. */
export function nscaDestination(name: string, client: NscaClient): Destination {
  return {
    name,
    async deliver(results, signal, onWritten) {
      return worstOf(await client.send(results, signal, onWritten));
    },
  };
}

/** The results of one connection share its fate, but for those that cannot be sent at all. */
function worstOf(outcomes: readonly SendOutcome[]): Delivery {
  let worst: Delivery = { status: 'delivered' };
  for (const outcome of outcomes) {
    if (outcome.status === 'sent') continue;
    const { error } = outcome;
    if (outcome.status === 'rejected') return { status: 'rejected', reason: error.message };
    if (error.code !== 'invalid-result') return { status: 'unreachable', reason: error.message };
    worst = { status: 'invalid', reason: error.message };
  }
  return worst;
}
