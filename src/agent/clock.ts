/** Milliseconds that looks at two clocks can differ though nobody set one: somebody can be interrupted between them. */
const TOLERANCE = 100;

/**
 * The time of day as it was when this clock was made, from which on nobody sets it: durations by it are true also on a
 * gateway that starts in 1970 and learns the time from its network.
 */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #origin: number;
  #offset = 0;

  constructor(wall: () => number = () => Date.now(), monotonic: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#origin = wall() - monotonic();
  }

  now(): number {
    return this.fromWall(this.#wall());
  }

  /** A time of day of now or shortly before. */
  fromWall(time: number): number {
    return time - this.#setSince();
  }

  /** As the time of day is now: that at which it was so long ago. */
  toWall(time: number): number {
    return time + this.#setSince();
  }

  /** How far the time of day was set since this clock was made. */
  #setSince(): number {
    const offset = this.#wall() - this.#monotonic() - this.#origin;
    if (Math.abs(offset - this.#offset) > TOLERANCE) this.#offset = offset;
    return this.#offset;
  }
}

/** One for all agents of this process, since services go on from one to the next. */
export const steadyClock = new SteadyClock();
