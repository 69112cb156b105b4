import { join } from 'node:path';
import type { Config } from '../../src/config/index.js';

const NAME = 'check_rlimit_passive';

/** A configuration with the places that it leaves open. A dry run leaves no trace on the machine unless it is told where. */
export function placed(config: Config, { dryRun }: { readonly dryRun: boolean }): Config {
  const { stateDirectory = defaultStateDirectory(), statusSocket } = config;
  const socket = statusSocket ?? (dryRun ? undefined : defaultStatusSocket());
  return { ...config, stateDirectory, ...(socket !== undefined && { statusSocket: socket }) };
}

/** Where systemd (StateDirectory=) or Debian has what outlives the agent. */
export function defaultStateDirectory(): string {
  return firstOf('STATE_DIRECTORY') ?? `/var/lib/${NAME}`;
}

/** Where systemd (RuntimeDirectory=) or Debian has the status socket. */
export function defaultStatusSocket(): string {
  return join(firstOf('RUNTIME_DIRECTORY') ?? `/run/${NAME}`, 'status.sock');
}

/** systemd separates several by colons (systemd.exec(5)). */
function firstOf(variable: string): string | undefined {
  return process.env[variable]?.split(':').find((path) => path !== '');
}
