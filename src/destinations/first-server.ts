import type { Examined } from './kind.js';

/** Milliseconds from a failure until it is asked, at first and at most. A restart takes some seconds. */
const FIRST_DELAY = 30_000;
const LONGEST_DELAY = 300_000;

/** The server that results are meant for, while they go to another one. */
export class FirstServer {
  /** Why they do. */
  failure = '';
  /** It has answered well since it failed. */
  isBack = false;
  readonly #examine: (signal: AbortSignal) => Promise<readonly Examined[]>;
  readonly #uptime: () => number;
  #askAt = 0;
  #delay = FIRST_DELAY;
  #isAsked = false;

  /** @param examine asks it, and sends nothing; never rejects */
  constructor(examine: (signal: AbortSignal) => Promise<readonly Examined[]>, uptime: () => number) {
    this.#examine = examine;
    this.#uptime = uptime;
  }

  failed(reason: string): void {
    this.failure = reason;
    this.isBack = false;
    this.#later();
  }

  /** It has taken a result, which says more than any answer. */
  took(): void {
    this.isBack = false;
    this.#delay = FIRST_DELAY;
  }

  /** Asks it, if it is time to, and at most once at a time. */
  ask(signal: AbortSignal): void {
    if (this.#isAsked || this.isBack || this.#uptime() < this.#askAt) return;
    this.#isAsked = true;
    void this.#ask(signal);
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const answers = await this.#examine(signal);
    this.#isAsked = false;
    this.isBack = answers.every(({ status }) => status === 'ok');
    if (!this.isBack) this.#later();
  }

  #later(): void {
    this.#askAt = this.#uptime() + this.#delay;
    this.#delay = Math.min(LONGEST_DELAY, 2 * this.#delay);
  }
}
