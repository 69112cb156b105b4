import { RESOURCES, type Resource, type Unit } from '../resources/index.js';

interface Words {
  /** Of its perfdata; in capitals, how its text begins. */
  readonly label: string;
  /** What a process does: it `has` files, it `uses` memory. */
  readonly verb: string;
  readonly noun: string;
  /** The resource counts open files, so what a process holds can be listed. */
  readonly isFiles?: true;
}

/** How results speak of each rlimit resource. */
export const resources: Readonly<Record<Resource, Words>> = {
  nofile: { label: 'fds', verb: 'has', noun: 'open files', isFiles: true },
  as: { label: 'as', verb: 'uses', noun: 'address space' },
  data: { label: 'data', verb: 'uses', noun: 'data' },
  stack: { label: 'stack', verb: 'uses', noun: 'stack' },
  memlock: { label: 'memlock', verb: 'has', noun: 'locked memory' },
  rss: { label: 'rss', verb: 'uses', noun: 'resident memory' },
  nproc: { label: 'procs', verb: 'has', noun: 'processes of its user' },
  sigpending: { label: 'signals', verb: 'has', noun: 'queued signals of its user' },
  msgqueue: { label: 'mqueues', verb: 'has', noun: 'message queues of its user' },
  rttime: { label: 'rttime', verb: 'ran', noun: 'real-time without a pause' },
  cpu: { label: 'cpu', verb: 'used', noun: 'CPU time' },
};

const uoms: Readonly<Record<Unit, string>> = { count: '', bytes: 'B', seconds: 's', microseconds: 'us' };

/** The unit of measurement in perfdata: https://www.monitoring-plugins.org/doc/guidelines.html */
export function uomOf(resource: Resource): string {
  return uoms[RESOURCES[resource].unit];
}
