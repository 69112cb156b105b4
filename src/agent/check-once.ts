import type { Destination } from '../destinations/index.js';
import {
  firstLine,
  namedText,
  returnCode,
  severity,
  withExplanation,
  type ServiceResult,
} from '../services/index.js';
import { Explanations } from './explanations.js';
import { THIS_KERNEL, type Kernel } from './kernel.js';
import type { AgentOptions } from './options.js';
import { Watching } from './watching.js';

export interface CheckResult {
  readonly returnCode: 0 | 1 | 2 | 3;
  /** The worst service's first line; of several, each service's text after it. */
  readonly output: string;
}

/**
 * Evaluates every service once, delivers, and stops. What cannot be delivered is told in the log.
 *
 * @param options.timeout milliseconds; after these it is UNKNOWN
 * @throws what prepareAgent() throws
 */
export async function checkOnce(
  options: AgentOptions & { readonly timeout: number },
  kernel = THIS_KERNEL,
): Promise<CheckResult> {
  const { destinations, log, timeout } = options;
  const signal = AbortSignal.timeout(timeout);
  const { attach = 'auto', ...descriptor } = options.descriptor ?? {};
  // What processes have at one moment is read, and not watched, unless a way of watching is to be tried.
  const once = { ...descriptor, attach, events: attach !== 'auto' };
  const watching = Watching.open({ ...options, descriptor: once }, kernel);
  try {
    await watching.answered(signal);
  } catch (error) {
    watching.close();
    throw error;
  }
  const due = watching.results();
  watching.close();
  const results = await Promise.all(due.map((result) => explained(result, kernel)));
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

async function explained(result: ServiceResult, kernel: Kernel): Promise<ServiceResult> {
  const explanations = new Explanations(kernel.heldFiles());
  try {
    return withExplanation(result, await explanations.of(result));
  } finally {
    explanations.close();
  }
}

function summary(results: readonly ServiceResult[]): CheckResult {
  const [worst, ...others] = results.toSorted((one, other) => severity[other.state] - severity[one.state]);
  if (!worst) throw new Error('a configuration has a service');
  const lines = others.length === 0 ? [] : results.map(namedText);
  return { returnCode: returnCode(worst.state), output: [firstLine(worst), ...lines].join('\n') };
}
