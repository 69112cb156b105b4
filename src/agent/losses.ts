import type { Log } from '../log/index.js';
import type { LostEvent } from '../rlimit-events/index.js';

/** Milliseconds. What a busy machine makes the kernel miss, it makes it miss again and again. */
const BETWEEN_LINES = 60_000;

type Loss = Pick<LostEvent, 'count' | 'unwatchedChildren' | 'missedLooks'>;

/** Says what was lost, in a line a minute at most, which has what was lost since the last one. */
export class Losses {
  readonly #log: Log;
  readonly #now: () => number;
  #saidAt = -Infinity;
  #unsaid: Loss = { count: 0, unwatchedChildren: 0, missedLooks: 0 };
  #missedLooks = 0;

  /** @param now milliseconds of a clock that never jumps; given by tests */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** How often a watched process may have done something that no program saw, since the start. */
  get missedLooks(): number {
    return this.#missedLooks;
  }

  add(loss: Loss): void {
    this.#missedLooks += loss.missedLooks;
    this.#unsaid = {
      count: this.#unsaid.count + loss.count,
      unwatchedChildren: this.#unsaid.unwatchedChildren + loss.unwatchedChildren,
      missedLooks: this.#unsaid.missedLooks + loss.missedLooks,
    };
    const now = this.#now();
    if (now - this.#saidAt < BETWEEN_LINES) return;
    this.#saidAt = now;
    this.say();
  }

  /** What has not been said yet. */
  say(): void {
    const { count, unwatchedChildren, missedLooks } = this.#unsaid;
    this.#unsaid = { count: 0, unwatchedChildren: 0, missedLooks: 0 };
    const parts = [
      ...(count > 0 ? [`${count} events were lost`] : []),
      ...(unwatchedChildren > 0
        ? [`${unwatchedChildren} processes are not watched, since the table of processes is full`]
        : []),
      ...(missedLooks > 0
        ? [
            `the kernel kept programs from running ${missedLooks} times, so that a crossing that was undone at once can be missing`,
          ]
        : []),
    ];
    if (parts.length > 0) this.#log('warning', `${parts.join('; ')}; all states are read again`);
  }
}
