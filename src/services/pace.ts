/** Results of one service in any second, at most. */
const MOST = 10;
const SECOND = 1000;

/**
 * Keeps a service within ten results a second although a worsening never waits: a result that can wait is given only
 * while there is room left for every worsening that may follow it.
 */
export class Pace {
  /** When the last results were given, the oldest first. */
  #times: number[] = [];

  /** A result was given. */
  note(now: number): void {
    this.#times.push(now);
    if (this.#times.length > MOST) this.#times.shift();
  }

  /** From when on a result that is no worsening may be given; `worse` is how many worsenings may follow it. */
  from(worse: number): number {
    const among = MOST - 1 - worse;
    return (this.#times.at(-among - 1) ?? -Infinity) + SECOND;
  }

  /** The clock was set back: results that were given at a later time than now count as given now. */
  setBack(now: number): void {
    this.#times = this.#times.map((time) => Math.min(time, now));
  }
}
