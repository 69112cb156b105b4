import type { NscaClient, NscaResult, SendOutcome } from '../nsca-client/index.js';
import { pluginOutput, returnCode, type ServiceResult } from '../services/index.js';
import type { Destination, Outcome } from './destination.js';

/** An NSCA server. What comes in close succession travels in one connection. */
export function nscaDestination(name: string, client: NscaClient): Destination {
  return {
    name,
    async deliver(results, signal, onWritten) {
      const outcomes = await client.send(results.map(packetOf), signal, onWritten);
      return outcomes.map(outcomeOf);
    },
  };
}

function packetOf(result: ServiceResult): NscaResult {
  const { host, service, state } = result;
  return { host, service, returnCode: returnCode(state), output: pluginOutput(result) };
}

/** The server itself answers nothing. */
function outcomeOf(outcome: SendOutcome): Outcome {
  if (outcome.status === 'sent') return { status: 'delivered' };
  const reason = outcome.error.message;
  if (outcome.error.code === 'invalid-result') return { status: 'refused', by: 'sender', reason };
  return { status: 'failed', failure: outcome.status === 'rejected' ? 'rejected' : 'unreachable', reason };
}
