/**
 * Values by number, of which the first in an order is always at hand: a binary heap that knows where each
 * number is. One change among n costs log n, so that ten thousand processes can change all the time.
 */
export class Ranking<T> {
  readonly #before: (one: T, other: T) => boolean;
  readonly #heap: Entry<T>[] = [];
  readonly #entries = new Map<number, Entry<T>>();

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

  /** The one whose number is here for the longest time. */
  get eldest(): T | undefined {
    for (const { value } of this.#entries.values()) return value;
    return undefined;
  }

  get(key: number): T | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: number, value: T): void {
    let entry = this.#entries.get(key);
    if (entry) entry.value = value;
    else {
      entry = { key, value, place: this.#heap.length };
      this.#entries.set(key, entry);
      this.#heap.push(entry);
    }
    this.#settle(entry);
  }

  delete(key: number): void {
    const entry = this.#entries.get(key);
    const last = this.#heap.at(-1);
    if (!entry || !last) return;
    this.#entries.delete(key);
    this.#heap.pop();
    if (last === entry) return;
    this.#put(last, entry.place);
    this.#settle(last);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#entries.clear();
  }

  /** The first `count` in their order: what comes next is always a child of one that has been taken. */
  top(count: number): T[] {
    const top: T[] = [];
    const candidates = new Ranking<Entry<T>>((one, other) => this.#before(one.value, other.value));
    const add = (entry: Entry<T> | undefined) => {
      if (entry) candidates.set(entry.place, entry);
    };
    add(this.#heap[0]);
    while (top.length < count) {
      const entry = candidates.first;
      if (!entry) break;
      top.push(entry.value);
      candidates.delete(entry.place);
      const left = leftChildOf(entry.place);
      add(this.#heap[left]);
      add(this.#heap[left + 1]);
    }
    return top;
  }

  #settle(entry: Entry<T>): void {
    this.#rise(entry);
    this.#sink(entry);
  }

  #rise(entry: Entry<T>): void {
    while (entry.place > 0) {
      const parent = this.#heap[(entry.place - 1) >> 1];
      if (!parent || !this.#before(entry.value, parent.value)) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry<T>): void {
    for (;;) {
      const left = leftChildOf(entry.place);
      const first = this.#first(this.#first(entry, this.#heap[left]), this.#heap[left + 1]);
      if (first === entry) return;
      this.#swap(entry, first);
    }
  }

  #first(one: Entry<T>, other: Entry<T> | undefined): Entry<T> {
    return other && this.#before(other.value, one.value) ? other : one;
  }

  #swap(one: Entry<T>, other: Entry<T>): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(entry: Entry<T>, place: number): void {
    entry.place = place;
    this.#heap[place] = entry;
  }
}

interface Entry<T> {
  readonly key: number;
  value: T;
  /** In the heap. */
  place: number;
}

/** The right one is next to it. */
function leftChildOf(place: number): number {
  return 2 * place + 1;
}
