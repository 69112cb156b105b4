import { severity, type State } from './state.js';

/**
 * The worst state of the last `hold` milliseconds: it gets worse at once, and leaves a worse state only
 * when it has been better for that long without interruption.
 */
export class HeldState {
  readonly #hold: number;
  #present: State | undefined;
  #isPresentHeld = true;
  #presentSince = -Infinity;
  /**
   * The worse states that were left and are still held, worst first, which is also the order in which they were left.
   * A state without a hold can be worse than these.
   */
  #left: { readonly state: State; readonly at: number }[] = [];
  #freedAt = -Infinity;

  constructor(hold: number) {
    this.#hold = hold;
  }

  /** Whether it has been in any state yet. */
  get hasBegun(): boolean {
    return this.#present !== undefined;
  }

  /** @param isHeld whether this state is held once it is left; if not, entering it changes nothing of what is held */
  enter(state: State, time: number, isHeld = true): void {
    const present = this.#present;
    if (state === present && isHeld === this.#isPresentHeld) return;
    if (present && this.#isPresentHeld && (!isHeld || severity[state] < severity[present]))
      this.#left.push({ state: present, at: time });
    // The state without a hold is over, so the states that were held behind it are in force again from now on.
    if (!this.#isPresentHeld) this.#freedAt = Math.max(this.#freedAt, time);
    if (isHeld) this.#left = this.#left.filter((each) => severity[each.state] > severity[state]);
    this.#isPresentHeld = isHeld;
    if (state === present) return;
    this.#present = state;
    this.#presentSince = time;
  }

  /**
   * Drops the states whose hold is over. If the clock was set back, states that were left at a later time than now
   * count as left now.
   */
  settle(now: number): void {
    if (this.#left.length === 0) return;
    const left = this.#left.map(({ state, at }) => ({ state, at: Math.min(at, now) }));
    this.#left = left.filter(({ at }) => at + this.#hold > now);
    for (const { state, at } of left)
      if (at + this.#hold <= now && this.#isWorse(state))
        this.#freedAt = Math.max(this.#freedAt, at + this.#hold);
  }

  /**
   * When `state`, the one in force, came into force: when it was entered, or when the hold of the last worse state
   * ended, whichever is later.
   */
  since(state: State): number {
    return state === this.#present ? Math.max(this.#presentSince, this.#freedAt) : this.#freedAt;
  }

  /** The states that will be in force if nothing happens, each until the next; the last is the present one. */
  phases(now: number): Phase[] {
    let from = now;
    const worse = this.#left.filter(({ state }) => this.#isWorse(state));
    const phases = worse.map(({ state, at }): Phase => {
      const until = Math.max(from, at + this.#hold);
      const phase = { state, from, until };
      from = until;
      return phase;
    });
    return this.#present ? [...phases, { state: this.#present, from, until: Infinity }] : phases;
  }

  #isWorse(state: State): boolean {
    return this.#present !== undefined && severity[state] > severity[this.#present];
  }
}

export interface Phase {
  readonly state: State;
  readonly from: number;
  readonly until: number;
}
