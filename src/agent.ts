/**
 * The agent: wires the descriptor to the services, and the services to their destinations.
 */
import type { Config } from './config/index.js';
import { Outbox, type Destination, type Log } from './delivery/index.js';
import { RlimitEvents, type OpenOptions } from './rlimit-events/index.js';
import { Roster, Service, type ServiceResult } from './services/index.js';

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
  const outboxes = destinations.map((destination) => new Outbox({ destination, log }));
  const push = (results: readonly ServiceResult[]) => {
    for (const result of results) for (const outbox of outboxes) outbox.push(result);
  };
  const roster = new Roster();
  const descriptor = new RlimitEvents((event) => {
    if (event.type === 'lost') log('warning', `${event.count} events were lost, all states are read again`);
    push(roster.handle(event));
  }, options);
  const stop = () => {
    descriptor.close();
    for (const outbox of outboxes) void outbox.stop();
  };
  try {
    for (const [pid, services] of byProcess(config)) {
      // A process has one set of levels, for all services that look at it.
      const levels = distinct(services.flatMap((service) => service.levels));
      const tag = String(pid);
      roster.assign(tag, services);
      push(roster.add(descriptor.watch(pid, { resource: 'nofile', levels, tag })));
    }
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

function byProcess({ host, services }: AgentOptions['config']): Map<number, Service[]> {
  const processes = new Map<number, Service[]>();
  for (const { process, ...definition } of services) {
    const list = processes.get(process.pid) ?? [];
    list.push(new Service({ host, ...definition }));
    processes.set(process.pid, list);
  }
  return processes;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
