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
import { answersAtTheEnd, canHang, whenAnswered } from '../mounts/index.js';

/** The status socket of a running agent, where its configuration wants it, and beside it the one of its live view. */
export class StatusSocket {
  readonly #log: Log;
  readonly #status: StatusSource;
  readonly #live: LiveSource;
  #server: StatusServer | undefined;
  #liveServer: LiveServer | undefined;
  /** Where it is, or is to be. */
  #path: string | undefined;
  #closing = new AbortController();

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
   * Goes on without a socket if there can be none: to watch is worth more than to be asked. Where somebody else has to
   * answer for its place, it is made when he does.
   *
   * @param path undefined: there is to be none
   */
  async serveAt(path: string | undefined): Promise<void> {
    if (path === this.#path) return;
    await this.close();
    this.#path = path;
    if (path === undefined) return;
    if (canHang(path)) void this.#makeWhenAnswered(path);
    else await this.#make(path);
  }

  async #makeWhenAnswered(path: string): Promise<void> {
    const isAnswered = await whenAnswered(path, this.#closing.signal, (problem) => {
      this.#log('warning', `the status socket ${problem}; it is made when it is`);
    });
    if (isAnswered) await this.#make(path);
  }

  async #make(path: string): Promise<void> {
    try {
      this.#server = await serveStatus(path, this.#status);
      this.#liveServer = await serveLive(livePath(path), this.#live);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.#path = undefined;
      this.#log('warning', error.message);
      return;
    }
    this.changed();
  }

  async close(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    this.#closing.abort();
    this.#closing = new AbortController();
    const servers = [this.#server, this.#liveServer];
    this.#server = undefined;
    this.#liveServer = undefined;
    // To take a socket away is to ask for its place. It stays, and the next agent makes it anew.
    if (path !== undefined && !(await answersAtTheEnd(path))) return;
    await Promise.all(servers.map(async (server) => server?.close()));
  }
}
