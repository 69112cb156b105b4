import { ControlError, serveStatus, type StatusServer, type StatusSource } from '../control/index.js';
import type { Log } from '../log/index.js';

/** The status socket of a running agent, where its configuration wants it. */
export class StatusSocket {
  readonly #log: Log;
  readonly #status: StatusSource;
  #server: StatusServer | undefined;

  constructor(log: Log, status: StatusSource) {
    this.#log = log;
    this.#status = status;
  }

  /**
   * Goes on without a socket if there can be none: to watch is worth more than to be asked.
   *
   * @param path undefined: there is to be none
   */
  async serveAt(path: string | undefined): Promise<void> {
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
