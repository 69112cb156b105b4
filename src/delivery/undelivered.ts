import { isNews, serviceKey, type ServiceResult } from '../services/index.js';

/** A result that is not known to have arrived. */
export interface Item {
  readonly result: ServiceResult;
  /** Of a service, what is newer has more: a clock can be set. */
  readonly order: number;
  /** Since when the server does not know it: milliseconds of a clock that nobody sets. */
  since: number;
  /** `written`: with the kernel, but it may come back. */
  progress: 'waiting' | 'under way' | 'written';
  /** The server does not know it yet: a change that waited lives on in what has taken its place. */
  isNews: boolean;
}

/** What one destination has yet to get, in the order in which it happened. */
export class Undelivered {
  #items: Item[] = [];
  #pushed = 0;
  /** By service, the order of the newest that has arrived or was refused. */
  readonly #over = new Map<string, number>();
  /** By service: see keep(). */
  readonly #kept = new Map<string, Item>();

  /** How many are not even written. */
  get waiting(): number {
    return this.#kept.size + this.#items.filter(({ progress }) => progress !== 'written').length;
  }

  /** Whether the server does not know something of what waits. */
  get hasNews(): boolean {
    return this.#kept.size > 0 || this.#items.some((item) => item.isNews);
  }

  /** Asked with each result, so those that can be told from their number alone are not looked at. */
  hasWaitingMoreThan(count: number): boolean {
    return this.#items.length > count && this.waiting > count;
  }

  push(result: ServiceResult, since: number): void {
    const service = serviceKey(result);
    const kept = this.#kept.get(service);
    this.#kept.delete(service);
    const lacks = kept?.result.state === result.state ? Math.min(since, kept.since) : since;
    const isNew = kept !== undefined || isNews(result);
    this.#items.push(this.#item(result, lacks, isNew));
  }

  /**
   * Of an agent before this one, whose service is going to say by itself how it is: that takes its place. Whoever was
   * killed may have delivered something newer, after which this must not come.
   */
  keep(result: ServiceResult, since: number): void {
    this.#kept.set(serviceKey(result), this.#item(result, since, true));
  }

  /**
   * It had arrived, and did not stay there. Returns false if there is something of its service which is newer, or was:
   * another server may have taken that.
   *
   * @param order with which it arrived; without one it is older than all that has
   */
  putBack(result: ServiceResult, since: number, order = -1): boolean {
    const service = serviceKey(result);
    const isNewest =
      order >= (this.#over.get(service) ?? order) &&
      this.#items.every((other) => serviceKey(other.result) !== service);
    if (isNewest) this.#items.unshift(this.#item(result, since, isNews(result)));
    return isNewest;
  }

  /** All that wait: they are under way from now on. */
  take(): Item[] {
    const batch = this.#items.filter(({ progress }) => progress === 'waiting');
    for (const item of batch) item.progress = 'under way';
    return batch;
  }

  written(batch: readonly Item[]): void {
    for (const item of batch) item.progress = 'written';
  }

  /** They have arrived, or were refused. What is older of the same services is not to follow them, wherever it is. */
  over(items: readonly Item[]): void {
    for (const item of items) if (!this.#isOver(item)) this.#over.set(serviceKey(item.result), item.order);
    this.#items = this.#items.filter((item) => !this.#isOver(item));
  }

  /** They have not arrived. Returns those that wait again; of the others, something newer has arrived or was refused. */
  returned(items: readonly Item[]): Item[] {
    for (const item of items) item.progress = 'waiting';
    const all = new Set(this.#items);
    return items.filter((item) => all.has(item));
  }

  /** Of those that wait, the newest of each service. */
  keepNewest(): void {
    this.#items = newestOf(this.#items);
  }

  /** The newest of each service, wherever it is. */
  newest(): Item[] {
    const all = [...this.#kept.values(), ...this.#items];
    return newestOf(all.map((item) => ({ ...item, progress: 'waiting' })));
  }

  #item(result: ServiceResult, since: number, isNew: boolean): Item {
    return { result, order: this.#pushed++, since, progress: 'waiting', isNews: isNew };
  }

  #isOver({ result, order }: Item): boolean {
    return order <= (this.#over.get(serviceKey(result)) ?? -1);
  }
}

/**
 * If both results of a service have the same state, the newer one inherits the older one's `since`: the server has
 * lacked this state from then on, and the delay is counted from there.
 */
function newestOf(items: readonly Item[]): Item[] {
  const last = new Map<string, Item>();
  const replaced = new Set<Item>();
  for (const item of items) {
    const service = serviceKey(item.result);
    const older = last.get(service);
    last.set(service, item);
    if (older?.progress !== 'waiting' || item.progress !== 'waiting') continue;
    replaced.add(older);
    item.isNews ||= older.isNews;
    if (older.result.state === item.result.state) item.since = Math.min(item.since, older.since);
  }
  return items.filter((item) => !replaced.has(item));
}
