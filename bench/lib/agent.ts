import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND, type Program } from '../../test/support/command.js';
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
  const file = join(workshop.folder, `agent-${services.length}.yaml`);
  const destination =
    to === 'dry-run'
      ? ''
      : `destinations:\n  - { type: nsca, server: 127.0.0.1, port: ${to.port}, encryption: none }\n`;
  const lines = services.map(
    ({ name, pid, above }) =>
      `  - { service: ${name}, process: { pid: ${pid} }, resource: nofile, warning: ${above} }\n`,
  );
  writeFileSync(file, `host: bench\n${destination}services:\n${lines.join('')}`);
  return workshop.program(COMMAND, '-c', file, ...(to === 'dry-run' ? ['--dry-run'] : []));
}
