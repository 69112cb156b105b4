import { uptime } from 'node:os';

/** Milliseconds that looks at two clocks can differ though nobody set one: somebody can be interrupted between them. */
const TOLERANCE = 100;

/** More suspensions are not kept. What was before one that is forgotten is told as later, by its length. */
const MOST = 1000;

/** Milliseconds since the boot, also those for which the machine was suspended, in steps of ten. */
const sinceBoot = () => uptime() * 1000;

interface Suspension {
  /** By this clock, which stood still. */
  readonly at: number;
  /** Milliseconds. */
  readonly length: number;
}

/**
 * The time of day as it was when this clock was made, from which on nobody sets it: durations by it are true also on a
 * gateway that starts in 1970 and learns the time from its network. While the machine is suspended it stands still, as the
 * processes do, timers, and the clock of the kernel's programs: what is held for a while is held while they run. When
 * something was is another question, and toWall() knows of each suspension.
 */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #sinceBoot: () => number;
  readonly #origin: number;
  /** How far the time of day has run ahead since this clock was made: by being set, and by suspensions. */
  #offset = 0;
  #asleep: number;
  readonly #suspensions: Suspension[] = [];
  /** When it was looked at last. */
  #last: number;

  constructor(
    wall: () => number = () => Date.now(),
    monotonic: () => number = () => performance.now(),
    boot = sinceBoot,
  ) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#sinceBoot = boot;
    this.#last = wall();
    this.#origin = this.#last - monotonic();
    this.#asleep = this.#asleepNow();
  }

  now(): number {
    const wall = this.#wall();
    const offset = wall - this.#monotonic() - this.#origin;
    if (Math.abs(offset - this.#offset) > TOLERANCE) this.#leap(offset, wall);
    this.#last = wall - this.#offset;
    return this.#last;
  }

  /** What was while the machine was suspended was when that began. */
  fromWall(time: number): number {
    this.now();
    return this.#suspensions.reduceRight(
      (steady, { at, length }) => (steady < at ? Math.min(at, steady + length) : steady),
      time - this.#offset,
    );
  }

  /** As the time of day is now: that at which it was so long ago. */
  toWall(time: number): number {
    this.now();
    return this.#suspensions.reduce(
      (wall, { at, length }) => (time <= at ? wall - length : wall),
      time + this.#offset,
    );
  }

  /** Somebody has set the time of day, or the machine was suspended: only then a third clock is asked. */
  #leap(offset: number, wall: number): void {
    const leap = offset - this.#offset;
    this.#offset = offset;
    const asleep = this.#asleepNow();
    const length = asleep - this.#asleep;
    this.#asleep = asleep;
    if (length <= TOLERANCE) return;
    // What had its time before the last look may have one a little later: the time of day has milliseconds only.
    const at = Math.min(this.#last + TOLERANCE, wall - offset);
    this.#suspensions.push({ at, length: Math.abs(leap - length) > TOLERANCE ? length : leap });
    if (this.#suspensions.length > MOST) this.#suspensions.shift();
  }

  /** Whoever is interrupted between the two gets too little, which is taken for the time of day being set. */
  #asleepNow(): number {
    return this.#sinceBoot() - this.#monotonic();
  }
}

/** One for all agents of this process, since services go on from one to the next. */
export const steadyClock = new SteadyClock();
