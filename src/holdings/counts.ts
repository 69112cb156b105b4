/** Sums by name. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  members(): { what: string; count: number }[] {
    return Array.from(this.#counts, ([what, count]) => ({ what, count }));
  }
}
