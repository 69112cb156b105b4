import {
  ControlError,
  livePath,
  serveLive,
  serveStatus,
  type LiveServer,
  type LiveSource,
  type StatusServer,
  type StatusSource,
} from '../control/index.js';
import type { Log } from '../log/index.js';

/** The status socket of a running agent, where its configuration wants it, and beside it the one of its live view. */
export class StatusSocket {
  readonly #log: Log;
  readonly #status: StatusSource;
  readonly #live: LiveSource;
  #server: StatusServer | undefined;
  #liveServer: LiveServer | undefined;

  constructor(log: Log, status: StatusSource, live: LiveSource) {
    this.#log = log;
    this.#status = status;
    this.#live = live;
  }

  /** Who looks all the time is told. */
  changed(): void {
    this.#liveServer?.changed();
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
      this.#liveServer = await serveLive(livePath(path), this.#live);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.#log('warning', error.message);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#server?.close(), this.#liveServer?.close()]);
    this.#server = undefined;
    this.#liveServer = undefined;
  }
}
