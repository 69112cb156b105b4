import { serviceKey, type ServiceResult } from '../services/index.js';

/** Milliseconds before a server stops in which it may have taken what it forgets. */
const FORGETS = 5000;

/**
 * What a server has taken in the last seconds, the newest of each service, in case it forgets it. What was given back
 * once is not kept again: whoever ends connections as it likes is not to get the same for ever.
 */
export class Acknowledged {
  readonly #uptime: () => number;
  readonly #taken = new Map<string, { readonly result: ServiceResult; readonly at: number }>();
  /** The time of the result of a service that was given back last. */
  readonly #givenBack = new Map<string, number>();

  /** @param uptime milliseconds of a clock that nobody sets */
  constructor(uptime: () => number = () => performance.now()) {
    this.#uptime = uptime;
  }

  add(result: ServiceResult): void {
    const service = serviceKey(result);
    this.#taken.delete(service);
    if (this.#givenBack.get(service) !== result.time)
      this.#taken.set(service, { result, at: this.#uptime() });
    this.#givenBack.delete(service);
  }

  /**
   * The server may have forgotten these.
   *
   * @param since when it may have stopped, in milliseconds of that clock
   */
  giveBack(since = this.#uptime()): ServiceResult[] {
    const earliest = since - FORGETS;
    const forgotten = [...this.#taken.values()].filter(({ at }) => at >= earliest);
    this.#taken.clear();
    for (const { result } of forgotten) this.#givenBack.set(serviceKey(result), result.time);
    return forgotten.map(({ result }) => result);
  }
}
