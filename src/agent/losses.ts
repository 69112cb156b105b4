import type { Log } from '../log/index.js';
import type { LossPlace, LostEvent } from 'rlimit-events';

/** Milliseconds. What a busy machine makes the kernel miss, it makes it miss again and again. */
const BETWEEN_LINES = 60_000;

type Loss = Pick<LostEvent, 'missedLooks' | 'places'>;

/** How often something was not told, since the start. */
export type Lost = Pick<Losses, 'missedLooks' | 'places'>;

/** What so many of a place mean. */
const WORDS: Readonly<Record<LossPlace, (count: number) => string>> = {
  queue: (count) => `${count} events were lost, since the queue of events was full`,
  limitCalls: (count) => `${count} changes of a limit were lost, since the table of such calls was full`,
  processes: (count) => `${count} processes are not watched, since the table of processes is full`,
  members: (count) => `${count} processes are not watched, since their user has too many that are`,
  sharers: (count) => `${count} processes are not watched, since too many share their descriptor table`,
  cgroups: (count) => `${count} cgroups are not matched, since the table of cgroups is full`,
  lock: (count) =>
    `a look was given up ${count} times, since its lock was held, so that a crossing that was undone at once can be missing`,
  keptOut: (count) =>
    `the kernel kept programs from running ${count} times, so that a crossing that was undone at once can be missing`,
  shortage: (count) =>
    `a look could not be had ${count} times, since no descriptor or memory was free, so that a crossing that was undone meanwhile can be missing`,
};

/** Says what was lost, in a line a minute at most, which has what was lost since the last one. */
export class Losses {
  readonly #log: Log;
  readonly #now: () => number;
  #saidAt = -Infinity;
  readonly #unsaid = new Map<LossPlace, number>();
  readonly #all = new Map<LossPlace, number>();
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

  /** How often something was not told, since the start, by place; those where nothing was lost are not there. */
  get places(): Partial<Record<LossPlace, number>> {
    return Object.fromEntries(this.#all);
  }

  /** What was lost before is counted on, and was said. */
  goOnFrom(before: Lost): void {
    this.#count(before, [this.#all]);
  }

  add(loss: Loss): void {
    this.#count(loss, [this.#unsaid, this.#all]);
    const now = this.#now();
    if (now - this.#saidAt < BETWEEN_LINES) return;
    this.#saidAt = now;
    this.say();
  }

  #count({ missedLooks, places }: Lost, counts: readonly Map<LossPlace, number>[]): void {
    this.#missedLooks += missedLooks;
    for (const [place, count] of Object.entries(places) as [LossPlace, number][])
      for (const each of counts) each.set(place, (each.get(place) ?? 0) + count);
  }

  /** What has not been said yet. */
  say(): void {
    const parts = [...this.#unsaid].map(([place, count]) => WORDS[place](count));
    this.#unsaid.clear();
    if (parts.length > 0) this.#log('warning', `${parts.join('; ')}; all states are read again`);
  }
}
