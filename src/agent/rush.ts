/** So many within so many milliseconds are a rush. */
const MANY = 10;
const PERIOD = 100;

/** Whether so many processes come and go that it is worth to look at them together. */
export class Rush {
  #count = 0;
  #since = -Infinity;
  #isOn = false;

  /** One has come or gone. */
  note(): void {
    this.#count++;
  }

  isOn(now: number): boolean {
    const elapsed = Math.abs(now - this.#since);
    if (this.#count < MANY && elapsed <= PERIOD) return this.#isOn;
    // Whoever looks once in a period comes a little late.
    this.#isOn = this.#count >= MANY && elapsed <= 2 * PERIOD;
    this.#count = 0;
    this.#since = now;
    return this.#isOn;
  }

  /** When to look again, while it is on. */
  get period(): number {
    return PERIOD;
  }
}
