import { join } from 'node:path';
import type { Config } from '../src/config/index.js';

const NAME = 'check_rlimit_passive';

/** What outlives the agent: as configured, or where systemd (StateDirectory=) or Debian has it. Absolute. */
export function stateDirectory(config: Config): string {
  return config.stateDirectory ?? firstOf('STATE_DIRECTORY') ?? `/var/lib/${NAME}`;
}

/** The status socket: as configured, or where systemd (RuntimeDirectory=) or Debian has it. Absolute. */
export function statusSocket(config?: Config): string {
  return config?.statusSocket ?? join(firstOf('RUNTIME_DIRECTORY') ?? `/run/${NAME}`, 'status.sock');
}

/** systemd separates several by colons (systemd.exec(5)). */
function firstOf(variable: string): string | undefined {
  return process.env[variable]?.split(':').find((path) => path !== '');
}
