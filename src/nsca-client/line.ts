import { bounded } from './bounded.js';
import { converse, type ConversationOptions, type Sending } from './conversation.js';

interface Waiting extends Sending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * What one client sends, kept in order: a server works on its connections side by side, so there is one at a
 * time, and what comes while it lasts goes on it as well.
 */
export class Line {
  readonly #options: ConversationOptions;
  readonly #unsettled = new Set<Waiting>();
  #waiting: Waiting[] = [];
  #onArrival: (() => void) | undefined;
  #abort: AbortController | undefined;
  #isTrusted = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /**
   * Returns when the server has read the results and everything before them.
   *
   * @throws NscaError
   */
  async send(results: Sending['results'], signal?: AbortSignal, onWritten?: () => void): Promise<void> {
    await bounded<undefined>({ signal }, (resolve, reject) => {
      const sending: Waiting = {
        results,
        onWritten: () => {
          if (this.#unsettled.has(sending)) onWritten?.();
        },
        resolve: () => {
          resolve(undefined);
        },
        reject,
      };
      this.#unsettled.add(sending);
      this.#waiting.push(sending);
      if (this.#abort) this.#onArrival?.();
      else void this.#run();
      return () => {
        this.#leave(sending);
      };
    });
  }

  /** A connection that nobody waits for any more is broken off. */
  #leave(sending: Waiting): void {
    this.#unsettled.delete(sending);
    this.#waiting = this.#waiting.filter((other) => other !== sending);
    if (this.#unsettled.size === 0) this.#abort?.abort();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const abort = new AbortController();
      this.#abort = abort;
      await this.#connectOnce(abort.signal);
    }
    this.#abort = undefined;
  }

  async #connectOnce(signal: AbortSignal): Promise<void> {
    const taken: Waiting[] = [];
    try {
      await converse(
        {
          next: () => {
            const sending = this.#waiting.shift();
            if (sending) taken.push(sending);
            return sending;
          },
          isTrusted: this.#isTrusted,
          hasNext: () => this.#waiting.length > 0,
          onArrival: (listener) => {
            this.#onArrival = listener;
          },
        },
        this.#options,
        signal,
      );
      this.#isTrusted = true;
      for (const { resolve } of taken) resolve();
    } catch (error) {
      this.#isTrusted = false;
      // What kept one from arriving would keep the next as well, and rejections harm other clients.
      const failed = signal.aborted ? taken : [...taken, ...this.#waiting.splice(0)];
      for (const { reject } of failed) reject(error as Error);
    }
  }
}
