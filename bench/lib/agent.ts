import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND, type Program } from '../../rig/programs/command.js';
import type { Workshop } from './workshop.js';

export interface WatchedService {
  readonly name: string;
  readonly pid: number;
  /** Alerts above this. */
  readonly above: number;
}

/** Starts the agent on these services, for an NSCA server on loopback, or to print its results. */
export function startAgent(
  workshop: Workshop,
  services: readonly WatchedService[],
  to: { readonly port: number } | 'dry-run',
): Program {
  const watched = services.map(({ name, pid, above }) => ({
    service: name,
    process: { pid },
    resource: 'nofile',
    warning: above,
  }));
  if (to === 'dry-run') return startAgentBy(workshop, { host: 'bench', services: watched }, '--dry-run');
  const destinations = [nscaOnLoopback(to.port)];
  return startAgentBy(workshop, { host: 'bench', destinations, services: watched });
}

export function nscaOnLoopback(port: number) {
  return { type: 'nsca', server: '127.0.0.1', port, encryption: 'none' };
}

/** Starts the agent by a configuration file that says so. */
export function startAgentBy(
  workshop: Workshop,
  configuration: Readonly<Record<string, unknown>>,
  ...options: readonly string[]
): Program {
  const file = join(workshop.folder, `agent-${files++}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  return workshop.program(COMMAND, '-c', file, ...options);
}

let files = 0;
