import type { Frequency } from './action.js';

/** Counts what was done within the last so many milliseconds. */
export class AtMost {
  readonly #frequency: Frequency;
  #times: number[] = [];
  #hasRefused = false;

  constructor(frequency: Frequency) {
    this.#frequency = frequency;
  }

  /** `refused` is the first refusal since it was granted last, `still-refused` each after it. */
  take(now: number): 'granted' | 'refused' | 'still-refused' {
    const { count, per } = this.#frequency;
    this.#times = this.#times.filter((time) => now - time < per);
    if (this.#times.length < count) {
      this.#times.push(now);
      this.#hasRefused = false;
      return 'granted';
    }
    if (this.#hasRefused) return 'still-refused';
    this.#hasRefused = true;
    return 'refused';
  }
}
