/**
 * The agent: wires the descriptor to the services, and the services to their destinations.
 */
import type { Config } from './config/index.js';
import { DeliveryQueue, type Destination, type Log } from './delivery/index.js';
import { RlimitEvents, type OpenOptions } from './rlimit-events/index.js';
import { Roster, Service } from './services/index.js';

export interface AgentOptions {
  readonly config: Pick<Config, 'host' | 'services'>;
  readonly destinations: readonly Destination[];
  readonly log: Log;
  readonly descriptor?: OpenOptions;
}

export interface Agent {
  /** Stops at once: nothing is left in the kernel, and no delivery goes on. */
  stop(): void;
}

/**
 * Starts watching, and pushes each service's state now and at every change.
 *
 * @throws RlimitEventsError, LibraryMissingError
 */
export function startAgent({ config, destinations, log, descriptor: options }: AgentOptions): Agent {
  const queues = destinations.map((destination) => new DeliveryQueue(destination, log));
  const roster = new Roster();
  let timer: NodeJS.Timeout | undefined;
  const push = () => {
    for (const result of roster.results(Date.now())) for (const queue of queues) queue.push(result);
    clearTimeout(timer);
    const { wakeAt } = roster;
    if (wakeAt !== undefined)
      timer = setTimeout(push, Math.min(LONGEST_TIMER, Math.ceil(wakeAt - Date.now())));
  };
  const descriptor = new RlimitEvents((event) => {
    if (event.type === 'lost') log('warning', `${event.count} events were lost, all states are read again`);
    roster.handle(event);
    push();
  }, options);
  const stop = () => {
    clearTimeout(timer);
    descriptor.close();
    for (const queue of queues) queue.stop();
  };
  try {
    for (const [pid, services] of byProcess(config)) {
      // A process has one set of levels, for all services that look at it.
      const levels = distinct(services.flatMap((service) => service.levels));
      const tag = String(pid);
      roster.assign(tag, services);
      roster.add(descriptor.watch(pid, { resource: 'nofile', levels, tag }), Date.now());
    }
    push();
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

/** setTimeout() takes no more milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

function byProcess({ host, services }: AgentOptions['config']): Map<number, Service[]> {
  const processes = new Map<number, Service[]>();
  for (const { process, ...definition } of services) {
    if (process.kind !== 'pid')
      throw new Error(
        `the agent cannot watch a ${process.kind} yet; give service "${definition.description}" a pid`,
      );
    const list = processes.get(process.pid) ?? [];
    list.push(new Service({ host, ...definition }));
    processes.set(process.pid, list);
  }
  return processes;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
