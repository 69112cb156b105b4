import { Icinga2Error, type Icinga2ErrorCode } from './errors.js';
import type { Question, Reply } from './exchange.js';
import type { Icinga2ClientOptions } from './options.js';
import type { Transport } from './transport.js';

/** A server whose last answers may be lost (`Icinga2ClientOptions.onBroken`). */
const BROKEN: readonly Icinga2ErrorCode[] = ['closed', 'timeout', 'unavailable'];

/** The way to one server. What it needs of Node.js takes memory, so it is loaded by the first question. */
export class Line {
  readonly #options: Icinga2ClientOptions;
  readonly #onBroken: (since: number) => void;
  #transport: Transport | undefined;
  /** When the question before has its answer. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(options: Icinga2ClientOptions) {
    this.#options = options;
    this.#onBroken = options.onBroken ?? (() => undefined);
  }

  /**
   * What `read` makes of the answer. On a connection that was kept and has ended meanwhile, the question is asked once
   * more.
   *
   * @throws Icinga2Error
   */
  ask<T>(question: Question, read: (reply: Reply) => T, signal?: AbortSignal): Promise<T> {
    const answer = this.#before.then(() => this.#ask(question, read, signal));
    this.#before = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    this.#transport?.close();
  }

  async #ask<T>(question: Question, read: (reply: Reply) => T, signal?: AbortSignal): Promise<T> {
    this.#transport ??= await this.#load();
    const askedAt = performance.now();
    try {
      return read(await this.#transport.ask(question, signal));
    } catch (error) {
      if (error instanceof Icinga2Error && BROKEN.includes(error.code)) this.#onBroken(askedAt);
      throw error;
    }
  }

  async #load(): Promise<Transport> {
    const { Transport } = await import('./transport.js');
    return new Transport(this.#options, this.#onBroken);
  }
}
