/** What happens elsewhere, one after the other, for one reader. */
export class Feed<T> {
  readonly #items: T[] = [];
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** There will be no more. The first reason is the one that is told. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    this.#wake();
  }

  async next(): Promise<T> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const item = this.#items.shift();
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
