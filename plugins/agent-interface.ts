/**
 * What the commands need of an agent. Until src/agent.ts has it, this stands in over what is there: its
 * status knows no processes, and its states are those that were last told.
 */
import { startAgent } from '../src/agent.js';
import type { Config } from '../src/config/index.js';
import type { AgentStatus } from '../src/control/index.js';
import type { Destination } from '../src/delivery/index.js';
import type { OpenOptions } from '../src/rlimit-events/index.js';
import type { ServiceResult, ServiceStatus } from '../src/services/index.js';
import type { Log } from './log.js';

export interface AgentOptions {
  /** With the directory for what outlives the agent, unless nothing may. */
  readonly config: Config;
  readonly destinations: readonly Destination[];
  readonly log: Log;
  readonly descriptor?: OpenOptions;
  /** Nothing is kept in files, and actions are told and not done. */
  readonly dryRun: boolean;
}

/** The descriptor is open and watches; nothing has gone out, and no file of another agent was touched. */
export interface PreparedAgent {
  /** From now on results go out. The agent before this one has to be stopped. */
  start(): Agent;
  /** It is not wanted any more: nothing of it is left. */
  abandon(): void;
}

export interface Agent {
  status(): Pick<AgentStatus, 'attach' | 'host' | 'services' | 'destinations'>;
  /** After this nothing is left. */
  stop(): Promise<void>;
}

/** @throws RlimitEventsError, LibraryMissingError: whatever a configuration or a machine can have against it */
export function prepareAgent(options: AgentOptions): PreparedAgent {
  const waiting: ServiceResult[] = [];
  const last = new Map<string, ServiceResult & { readonly since: number }>();
  const keep = (result: ServiceResult) => last.set(result.service, { ...result, since: Date.now() });
  let send = (results: readonly ServiceResult[]) => {
    waiting.push(...results);
    results.forEach(keep);
  };
  const agent = startAgent({
    ...options,
    destinations: [
      {
        name: 'all',
        deliver(results) {
          send(results);
          return Promise.resolve({ status: 'delivered' });
        },
      },
    ],
  });
  const stopped = new AbortController();
  const deliver = (results: readonly ServiceResult[]) => {
    for (const destination of options.destinations) void destination.deliver(results, stopped.signal);
  };
  return {
    abandon: () => {
      agent.stop();
    },
    start: () => {
      send = (results) => {
        results.forEach(keep);
        deliver(results);
      };
      if (waiting.length > 0) deliver(waiting);
      return {
        status: () => ({
          attach: options.descriptor?.attach ?? 'auto',
          host: options.config.host,
          services: options.config.services.map(({ description }) => serviceStatus(description, last)),
          destinations: options.destinations.map(({ name }) => ({ name, waiting: 0 })),
        }),
        stop: () => {
          stopped.abort();
          agent.stop();
          return Promise.resolve();
        },
      };
    },
  };
}

function serviceStatus(
  description: string,
  last: ReadonlyMap<string, ServiceResult & { readonly since: number }>,
): ServiceStatus {
  const { state, since } = last.get(description) ?? { state: 'UNKNOWN', since: null };
  return { description, resource: 'nofile', state, since, members: [] };
}

export interface CheckResult {
  readonly returnCode: 0 | 1 | 2 | 3;
  /** The worst service's first line; of several, each service's line after it. */
  readonly output: string;
}

/**
 * Evaluates every service once, delivers, and stops.
 *
 * @param options.timeout milliseconds; after these it is UNKNOWN, and what is not delivered waits for the agent
 * @throws what prepareAgent() throws
 */
export function checkOnce({
  timeout,
  ...options
}: AgentOptions & { readonly timeout: number }): Promise<CheckResult> {
  return new Promise((resolve) => {
    const results: ServiceResult[] = [];
    const finish = (result: CheckResult) => {
      clearTimeout(timer);
      void agent.stop().then(() => {
        resolve(result);
      });
    };
    const collect: Destination = {
      name: 'check',
      async deliver(batch, signal) {
        for (const destination of options.destinations) await destination.deliver(batch, signal);
        results.push(...batch);
        if (results.length >= options.config.services.length) finish(worst(results));
        return { status: 'delivered' };
      },
    };
    const agent = prepareAgent({ ...options, destinations: [collect] }).start();
    const timer = setTimeout(() => {
      finish({ returnCode: 3, output: `UNKNOWN - timed out after ${timeout / 1000} s` });
    }, timeout);
  });
}

function worst(results: readonly ServiceResult[]): CheckResult {
  const severity = [0, 1, 3, 2];
  const [first] = results.toSorted((a, b) => (severity[b.returnCode] ?? 0) - (severity[a.returnCode] ?? 0));
  const lines = results.map(({ service, output }) => `${service}: ${output}`);
  return {
    returnCode: first?.returnCode ?? 3,
    output: [first?.output, ...(lines.length > 1 ? lines : [])].join('\n'),
  };
}
