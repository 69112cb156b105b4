import { startAgent } from '../src/agent.js';
import { loadConfig, type Config } from '../src/config/index.js';
import { dryRun, nscaDestination, type Destination } from '../src/delivery/index.js';
import { createClient, parseEncryption, Password } from '../src/nsca-client/index.js';
import type { AttachMode } from '../src/rlimit-events/index.js';
import { printError, printLine } from './output.js';
import { onStopSignal } from './until-signal.js';

export interface RunOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
  readonly attach?: AttachMode | 'auto';
}

/** `check_rlimit_passive -c FILE`: the agent in the foreground, until SIGINT or SIGTERM. */
export function run(options: RunOptions): void {
  const config = loadConfig(options.config, {
    encryption: parseEncryption,
    destinations: options.dryRun ? 'optional' : 'required',
  });
  const agent = startAgent({
    config,
    destinations: options.dryRun ? [dryRun(printLine)] : config.destinations.map(toDestination),
    descriptor: { attach: options.attach ?? 'auto' },
    log: (level, message) => {
      if (level !== 'detail' || options.verbose) printError(message);
    },
  });
  onStopSignal(() => {
    agent.stop();
  });
}

function toDestination({
  server,
  port,
  encryption,
  passwordFile,
}: Config['destinations'][number]): Destination {
  const client = createClient({
    server,
    port,
    encryption: parseEncryption(encryption),
    ...(passwordFile !== undefined && { password: Password.fromFile(passwordFile) }),
  });
  return nscaDestination(`nsca ${server}:${port}`, client);
}
