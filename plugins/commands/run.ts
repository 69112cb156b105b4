import type { LoadedInTime } from '../../src/config/index.js';
import { Daemon } from '../../src/daemon/index.js';
import { exitAtOnce } from '../../src/ffi/index.js';
import { leaveMounts } from '../../src/mounts/index.js';
import { destinationsForAgent } from '../destinations.js';
import type { Usage } from '../options/main-options.js';
import { standardErrorLog } from '../output/log.js';
import { neverWaitForReaders } from '../output/never-wait.js';
import { onStopSignal } from '../until-signal.js';

export interface RunOptions extends Pick<Usage, 'dryRun' | 'verbose' | 'attach'> {
  readonly version: string;
}

/**
 * `check_rlimit_passive -c FILE`: the agent in the foreground, until SIGINT or SIGTERM. SIGHUP has the
 * configuration read again.
 *
 * @param load reads the configuration, or reads it again
 * @throws whatever keeps it from starting
 */
export async function run(
  load: (again: boolean) => Promise<LoadedInTime>,
  options: RunOptions,
): Promise<void> {
  const output = neverWaitForReaders();
  const daemon = new Daemon({
    ...options,
    load,
    destinationsOf: (config, again) => destinationsForAgent(config, options, again),
    log: standardErrorLog(options),
  });
  // A manager that has been told of the start may send one at once.
  process.on('SIGHUP', () => {
    daemon.reload();
  });
  onStopSignal(() => {
    output.letGo();
    void daemon.stop().then(() => {
      leaveMounts();
      endSoon();
    });
  });
  await daemon.start();
}

/** Milliseconds. Then all is closed that can be. */
const LAST_MOMENT = 200;

/**
 * Nothing is left to do, and the process ends by itself, unless it has asked for a name: until that has an answer, it
 * would wait for minutes.
 */
function endSoon(): void {
  setTimeout(() => exitAtOnce(Number(process.exitCode ?? 0)), LAST_MOMENT).unref();
}
