/** Of a period, how much earlier a beat may come, so that gateways that start together do not stay together. */
const JITTER = 0.1;

/** Calls back once in each period at least. One for all services, so that the machine wakes up once for all. */
export class Heartbeat {
  readonly #period: number;
  readonly #beat: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param period milliseconds; undefined: never */
  constructor(period: number | undefined, beat: () => void) {
    this.#period = period ?? Infinity;
    this.#beat = beat;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#period === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.#wait();
        this.#beat();
      },
      this.#period * (1 - JITTER * Math.random()),
    );
  }
}
