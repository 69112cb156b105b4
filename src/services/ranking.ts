/**
 * Values by number, of which the first in an order is always at hand: a binary heap that knows where each
 * number is. One change among n costs log n, so that ten thousand processes can change all the time.
 */
export class Ranking<T> {
  readonly #before: (one: T, other: T) => boolean;
  readonly #heap: Entry<T>[] = [];
  readonly #places = new Map<number, number>();

  /** `before` is a strict order. */
  constructor(before: (one: T, other: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#heap.length;
  }

  get first(): T | undefined {
    return this.#heap[0]?.value;
  }

  get(key: number): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#heap[place]?.value;
  }

  set(key: number, value: T): void {
    const place = this.#places.get(key) ?? this.#heap.length;
    this.#put({ key, value }, place);
    this.#settle(place);
  }

  delete(key: number): void {
    const place = this.#places.get(key);
    const last = this.#heap.at(-1);
    if (place === undefined || last === undefined) return;
    this.#heap.pop();
    this.#places.delete(key);
    if (last.key === key) return;
    this.#put(last, place);
    this.#settle(place);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#places.clear();
  }

  /** The first `count` in their order: what comes next is always a child of one that has been taken. */
  top(count: number): T[] {
    const top: T[] = [];
    const candidates = new Ranking<number>((one, other) => this.#isBefore(one, other));
    if (this.size > 0) candidates.set(0, 0);
    while (top.length < count) {
      const place = candidates.first;
      const entry = place === undefined ? undefined : this.#heap[place];
      if (place === undefined || entry === undefined) break;
      top.push(entry.value);
      candidates.delete(place);
      for (const child of [2 * place + 1, 2 * place + 2]) if (child < this.size) candidates.set(child, child);
    }
    return top;
  }

  #settle(place: number): void {
    this.#sink(this.#rise(place));
  }

  #rise(place: number): number {
    let at = place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
    return at;
  }

  #sink(place: number): void {
    let at = place;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.#isBefore(child, first)) first = child;
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(place: number, other: number): boolean {
    const [one, two] = [this.#heap[place], this.#heap[other]];
    return one !== undefined && two !== undefined && this.#before(one.value, two.value);
  }

  #swap(place: number, other: number): void {
    const [one, two] = [this.#heap[place], this.#heap[other]];
    if (!one || !two) return;
    this.#put(two, place);
    this.#put(one, other);
  }

  #put(entry: Entry<T>, place: number): void {
    this.#heap[place] = entry;
    this.#places.set(entry.key, place);
  }
}

interface Entry<T> {
  readonly key: number;
  readonly value: T;
}
