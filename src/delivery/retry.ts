import type { Failure } from '../destinations/index.js';
import { delayAfter, paceOfNews, paceOfRepetitions, REJECTED, type Pace } from './backoff.js';

/**
 * Milliseconds between two tries, at least, when a service gets worse meanwhile. It is worth a connection, but a
 * service that goes to and fro is not worth one each time.
 */
const HASTE = 30_000;

/** When to try again. Times are of a clock that nobody sets. */
export class Retry {
  /** When the next try is due; undefined: none is. */
  at: number | undefined;
  readonly #uptime: () => number;
  readonly #random: () => number;
  readonly #onDue: () => void;
  readonly #news: Pace;
  readonly #repetitions: Pace;
  /** That of what waits. */
  #pace: Pace;
  #timer: NodeJS.Timeout | undefined;
  #failures: { readonly kind: Failure; readonly count: number; readonly time: number } | undefined;

  /** @param heartbeat milliseconds between two of them; undefined: there are none */
  constructor(
    clock: { uptime: () => number; random: () => number },
    heartbeat: number | undefined,
    onDue: () => void,
  ) {
    this.#uptime = clock.uptime;
    this.#random = clock.random;
    this.#news = paceOfNews(heartbeat);
    // Without heartbeats nothing that waits comes again by itself.
    this.#repetitions = heartbeat === undefined ? this.#news : paceOfRepetitions(heartbeat);
    this.#pace = this.#news;
    this.#onDue = onDue;
  }

  /**
   * A try has failed, of something that the server does not know yet or not. Returns the milliseconds until the next;
   * Infinity: what comes next is tried, which is a heartbeat at the latest.
   */
  after(kind: Failure, isNews: boolean): number {
    this.#pace = isNews ? this.#news : this.#repetitions;
    const before = this.#failures?.kind === kind ? this.#failures.count : 0;
    this.#failures = { kind, count: before + 1, time: this.#uptime() };
    const delay = delayAfter(kind === 'rejected' ? REJECTED : this.#pace, before, this.#random);
    this.#tryIn(delay);
    return delay;
  }

  /** There is news, while what waits was none: it is tried as if that had not failed before. */
  onNews(): void {
    if (this.#pace === this.#news) return;
    this.#pace = this.#news;
    if (this.#isWaitingForServer()) this.#tryWithin(delayAfter(this.#news, 0, this.#random));
  }

  /** A service got worse. A rejection does not pass by itself, so it makes no difference to that. */
  hasten(): void {
    if (this.#failures && this.#isWaitingForServer())
      this.#tryWithin(Math.max(0, this.#failures.time + HASTE - this.#uptime()));
  }

  /** A try went well. Returns whether one before it had failed. */
  reset(): boolean {
    const hadFailed = this.#failures !== undefined;
    this.#failures = undefined;
    return hadFailed;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.at = undefined;
  }

  #isWaitingForServer(): boolean {
    return this.at !== undefined && this.#failures?.kind === 'unreachable';
  }

  #tryWithin(delay: number): void {
    if (this.at === undefined || this.#uptime() + delay < this.at) this.#tryIn(delay);
  }

  #tryIn(delay: number): void {
    clearTimeout(this.#timer);
    if (delay === Infinity) return;
    this.at = this.#uptime() + delay;
    this.#timer = setTimeout(() => {
      this.at = undefined;
      this.#onDue();
    }, delay);
  }
}
