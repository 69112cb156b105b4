import { EXIT_UNKNOWN } from '../exit-codes.js';
import { standardErrorLog } from '../output/log.js';
import type { Usage } from '../options/main-options.js';
import { messageOf } from '../node-permission.js';
import { printed, printLine } from '../output/output.js';

/** Milliseconds that the agent has to end by itself at its timeout. */
const GRACE = 1000;

/**
 * `--once`: evaluates everything, delivers, and prints the worst service's line, as an active check does.
 * What goes wrong is printed like a state: of an active check, its server shows nothing but standard output.
 *
 * @returns the exit status, 0 to 3
 */
export async function once(usage: Usage): Promise<number> {
  const { timeout, dryRun, attach } = usage;
  const guard = setTimeout(() => {
    printLine(`UNKNOWN - timed out after ${timeout / 1000} s`);
    process.exit(EXIT_UNKNOWN);
  }, timeout + GRACE);
  try {
    // What cannot even be loaded is told in the same way.
    const { neverWaitForReaders } = await import('../output/never-wait.js');
    neverWaitForReaders();
    // After what that does at the end. A name that nobody answers for would keep the process for as long as the resolver tries.
    const { exitAtOnce } = await import('../../src/ffi/index.js');
    process.on('exit', exitAtOnce);
    const { checkOnce } = await import('../../src/agent/index.js');
    const { destinationsOf } = await import('../destinations.js');
    const { loadOnce } = await import('../options/load-config.js');
    const config = await loadOnce(usage);
    const { returnCode, output } = await checkOnce({
      config,
      destinations: destinationsOf(config, { dryRun }),
      log: standardErrorLog(usage),
      descriptor: { attach },
      dryRun,
      timeout,
    });
    printLine(output);
    return returnCode;
  } catch (error) {
    printLine(`UNKNOWN - ${messageOf(error).replace(/\s*\n\s*/g, ' ')}`);
    return EXIT_UNKNOWN;
  } finally {
    clearTimeout(guard);
    await printed();
  }
}
