import type { Config } from '../src/config/index.js';
import { ControlError, serveStatus, type StatusServer, type StatusSource } from '../src/control/index.js';
import type { Log } from './log.js';
import { statusSocket } from './places.js';

/** The status socket of a running agent, where its configuration wants it. */
export class StatusSocket {
  readonly #log: Log;
  readonly #status: StatusSource;
  #server: StatusServer | undefined;

  constructor(log: Log, status: StatusSource) {
    this.#log = log;
    this.#status = status;
  }

  /** Goes on without a socket if there can be none: to watch is worth more than to be asked. */
  async serveFor(config: Config, options: { readonly dryRun: boolean }): Promise<void> {
    const path = pathFor(config, options);
    if (path === this.#server?.path) return;
    await this.close();
    if (path === undefined) return;
    try {
      this.#server = await serveStatus(path, this.#status);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.#log('warning', error.message);
    }
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }
}

/** A dry run leaves no trace on the machine, unless it is told where. */
function pathFor(config: Config, { dryRun }: { readonly dryRun: boolean }): string | undefined {
  return dryRun && config.statusSocket === undefined ? undefined : statusSocket(config);
}
