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

/** Milliseconds between two attempts to make it. */
const PAUSE = 1000;

export interface StatusSocketOptions {
  readonly log: Log;
  readonly status: StatusSource;
  readonly live: LiveSource;
  /** Where it cannot be made, another agent that is at work has it, which is to keep it: it is not tried again. */
  readonly isTrial: boolean;
}

/** The status socket of a running agent, where its configuration wants it, and beside it the one of its live view. */
export class StatusSocket {
  readonly #options: StatusSocketOptions;
  readonly #log: Log;
  #server: StatusServer | undefined;
  #liveServer: LiveServer | undefined;
  /** Where it is, or is to be. */
  #path: string | undefined;
  #closing = new AbortController();
  #isMaking = false;
  #timer: NodeJS.Timeout | undefined;
  #lastTime = -Infinity;
  #isInTrouble = false;

  constructor(options: StatusSocketOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** Who looks all the time is told. What could not be made is tried again, since nothing tells when it can be. */
  changed(): void {
    this.#liveServer?.changed();
    if (!this.#options.isTrial) this.#makeSoon();
  }

  /**
   * Goes on without a socket if there can be none: to watch is worth more than to be asked. Where somebody else has to
   * answer for its place, it is made when he does.
   *
   * @param path undefined: there is to be none
   */
  async serveAt(path: string | undefined): Promise<void> {
    if (path !== this.#path) await this.close();
    this.#path = path;
    if (path === undefined) return;
    const made = this.#make(path);
    if (!canHang(path)) await made;
  }

  #makeSoon(): void {
    const path = this.#path;
    if (path === undefined || this.#isMade() || this.#isMaking || this.#timer) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        void this.#make(path);
      },
      Math.max(0, this.#lastTime + PAUSE - performance.now()),
    );
  }

  #isMade(): boolean {
    return this.#liveServer !== undefined;
  }

  async #make(path: string): Promise<void> {
    if (this.#isMade() || this.#isMaking) return;
    const { signal } = this.#closing;
    this.#isMaking = true;
    const isAnswered = await whenAnswered(path, signal, (problem) => {
      this.#log('warning', `the status socket ${problem}; it is made when it is`);
    });
    const problem = isAnswered ? await this.#attempt(path, signal) : undefined;
    // Another may be made since.
    if (signal.aborted) return;
    this.#isMaking = false;
    this.#lastTime = performance.now();
    if (problem !== undefined && !this.#isInTrouble) this.#log('warning', problem);
    if (problem === undefined && this.#isInTrouble) this.#log('notice', `the status is told at ${path} now`);
    this.#isInTrouble = problem !== undefined;
    this.#liveServer?.changed();
  }

  /** @returns what keeps it from being made */
  async #attempt(path: string, signal: AbortSignal): Promise<string | undefined> {
    const { status, live } = this.#options;
    try {
      if (!this.#server) {
        const server = await unlessAborted(signal, serveStatus(path, status));
        if (!server) return undefined;
        this.#server = server;
      }
      const liveServer = await unlessAborted(signal, serveLive(livePath(path), live));
      if (liveServer) this.#liveServer = liveServer;
      return undefined;
    } catch (error) {
      if (error instanceof ControlError) return error.message;
      throw error;
    }
  }

  async close(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    this.#closing.abort();
    this.#closing = new AbortController();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isMaking = false;
    this.#isInTrouble = false;
    const servers = [this.#server, this.#liveServer];
    this.#server = undefined;
    this.#liveServer = undefined;
    // To take a socket away is to ask for its place. It stays, and the next agent makes it anew.
    if (path !== undefined && !(await answersAtTheEnd(path))) return;
    await Promise.all(servers.map(async (server) => server?.close()));
  }
}

/** @returns undefined: nobody wants it any more, and it is closed */
async function unlessAborted<T extends { close(): Promise<void> }>(
  signal: AbortSignal,
  opening: Promise<T>,
): Promise<T | undefined> {
  const server = await opening;
  if (!signal.aborted) return server;
  await server.close();
  return undefined;
}
