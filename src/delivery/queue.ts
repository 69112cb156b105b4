import type { ServiceResult } from '../services/index.js';
import type { Destination } from './destination.js';
import { sendNscaLine } from './send-nsca-line.js';

/** What a queue has to say to the administrator: trouble, its end, and for who asks, every result that was sent. */
export type Log = (level: 'warning' | 'notice' | 'detail', message: string) => void;

/** Milliseconds before the next try: doubled each time, with jitter, so that gateways do not come all at once. */
const FIRST_DELAY = { unreachable: 1000, rejected: 30_000 };
const LONGEST_DELAY = 300_000;
/** More than this are never kept: the oldest give way. */
const MOST_RESULTS = 1000;

/**
 * The results that one destination has yet to get, in the order in which they happened. One batch
 * is under way at a time; what comes meanwhile goes together after it.
 */
export class DeliveryQueue {
  readonly #destination: Destination;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #waiting: ServiceResult[] = [];
  #failures = 0;
  #dropped = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(destination: Destination, log: Log) {
    this.#destination = destination;
    this.#log = log;
  }

  push(result: ServiceResult): void {
    this.#waiting.push(result);
    this.#keepWithinBounds();
    // One turn later, so that what happens in one instant travels together.
    if (!this.#busy && !this.#timer) setImmediate(() => void this.#flush());
  }

  /** Breaks off what is under way. Nothing is delivered after this. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0 && !this.#isStopped() && !this.#timer) await this.#deliver();
    this.#busy = false;
  }

  async #deliver(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    const delivery = await this.#destination.deliver(batch, this.#stopped.signal);
    if (this.#isStopped()) return;
    switch (delivery.status) {
      case 'invalid':
        this.#say('warning', delivery.reason);
        this.#failures = 0;
        break;
      case 'delivered':
        this.#tellThatItDelivers();
        for (const result of batch) this.#say('detail', `sent ${sendNscaLine(result)}`);
        break;
      case 'unreachable':
      case 'rejected':
        this.#waiting = [...batch, ...this.#waiting];
        this.#keepWithinBounds();
        this.#retry(delivery.status, delivery.reason);
        break;
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Says so once, and how many they were when results go out again. */
  #keepWithinBounds(): void {
    const excess = this.#waiting.length - MOST_RESULTS;
    if (excess <= 0) return;
    this.#waiting = this.#waiting.slice(excess);
    if (this.#dropped === 0)
      this.#say('warning', `${MOST_RESULTS} results wait, and the oldest are dropped from now on`);
    this.#dropped += excess;
  }

  #tellThatItDelivers(): void {
    const lost = this.#dropped === 0 ? '' : `; ${this.#dropped} of the oldest dropped`;
    if (this.#failures > 0 || lost !== '') this.#say('notice', `delivers again${lost}`);
    this.#failures = 0;
    this.#dropped = 0;
  }

  #retry(status: 'unreachable' | 'rejected', reason: string): void {
    const delay =
      Math.min(LONGEST_DELAY, FIRST_DELAY[status] * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures++;
    const count = this.#waiting.length;
    const waiting = count === 1 ? '1 result waits' : `${count} results wait`;
    this.#say('warning', `${reason} (${waiting}, next try in ${Math.ceil(delay / 1000)} s)`);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#flush();
    }, delay);
  }

  #say(level: Parameters<Log>[0], message: string): void {
    this.#log(level, `${this.#destination.name}: ${message}`);
  }
}
