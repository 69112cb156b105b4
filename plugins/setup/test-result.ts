import type { Config } from '../../src/config/index.js';
import { makeDestination } from '../../src/destinations/index.js';
import { durationName } from '../../src/text/index.js';
import { within } from '../../src/waiting/index.js';

/** Milliseconds for all of it. */
const LONGEST = 20_000;

export interface TestOutcome {
  readonly isWell: boolean;
  /** What became of it, after `the test result`. */
  readonly text: string;
}

/**
 * Sends a result of the first service, and waits for the answer.
 *
 * @param delivered what it means that it was delivered
 */
export async function sendTestResult(
  { host, services: [service], destinations: [settings], heartbeat }: Config,
  delivered: string,
  longest = LONGEST,
): Promise<TestOutcome> {
  if (!service || !settings) throw new Error('a configuration has a service and a destination');
  const result = {
    host,
    service: service.description,
    state: 'OK',
    time: Date.now(),
    cause: 'heartbeat',
    worsened: false,
    text: 'SETUP OK - a test of check_rlimit_passive setup',
    perfdata: [],
    longOutput: [],
  } as const;
  const { deliver } = makeDestination(settings, { heartbeat });
  const outcomes = await within(longest, (signal) => deliver([result], signal));
  // Who has not answered does not say goodbye either.
  if (outcomes !== 'late') await deliver.close?.();
  const [outcome] = outcomes === 'late' ? [] : outcomes;
  if (outcome?.status === 'delivered') return { isWell: true, text: delivered };
  if (outcome) {
    const verb = outcome.status === 'refused' ? 'was refused' : 'was not taken';
    return { isWell: false, text: `${verb}: ${outcome.reason}` };
  }
  return { isWell: false, text: `was given up after ${durationName(longest)} without an answer` };
}
