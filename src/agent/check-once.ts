import type { Destination } from '../destinations/index.js';
import {
  firstLine,
  resources,
  returnCode,
  severity,
  withExplanation,
  type ServiceResult,
} from '../services/index.js';
import { Holdings } from './holdings.js';
import type { AgentOptions } from './options.js';
import { Watching } from './watching.js';

export interface CheckResult {
  readonly returnCode: 0 | 1 | 2 | 3;
  /** The worst service's first line; of several, each service's line after it. */
  readonly output: string;
}

/**
 * Evaluates every service once, delivers, and stops. What cannot be delivered is told in the log.
 *
 * @param options.timeout milliseconds; after these it is UNKNOWN
 * @throws what prepareAgent() throws
 */
export async function checkOnce({
  config,
  destinations,
  log,
  descriptor,
  timeout,
}: AgentOptions & { readonly timeout: number }): Promise<CheckResult> {
  const signal = AbortSignal.timeout(timeout);
  const watching = Watching.open(config, log, descriptor);
  try {
    await watching.answered(signal);
  } catch (error) {
    watching.close();
    throw error;
  }
  const due = watching.results();
  watching.close();
  const results = await Promise.all(due.map(withHoldings));
  const deliver = async (destination: Destination) => {
    const outcomes = await destination.deliver(results, signal, () => undefined);
    await destination.deliver.close?.();
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'delivered' ? [] : [outcome.reason]));
    for (const reason of new Set(reasons)) log('error', `${destination.name}: ${reason}`);
  };
  await Promise.all(destinations.map(deliver));
  return signal.aborted
    ? { returnCode: 3, output: `UNKNOWN - timed out after ${timeout / 1000} s` }
    : summary(results);
}

async function withHoldings(result: ServiceResult): Promise<ServiceResult> {
  const { worsened, worst } = result;
  if (!worsened || !worst || !resources[worst.resource].isFiles) return result;
  const holdings = new Holdings();
  try {
    return withExplanation(result, await holdings.lines(worst.process.pid));
  } finally {
    holdings.close();
  }
}

function summary(results: readonly ServiceResult[]): CheckResult {
  const [worst, ...others] = results.toSorted((one, other) => severity[other.state] - severity[one.state]);
  if (!worst) throw new Error('a configuration has a service');
  const lines = others.length === 0 ? [] : results.map((result) => `${result.service}: ${firstLine(result)}`);
  return { returnCode: returnCode(worst.state), output: [firstLine(worst), ...lines].join('\n') };
}
