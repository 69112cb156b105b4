import type { ServiceResult } from '../services/index.js';
import type { Store } from './store.js';

/** Milliseconds that a result may wait before it goes to the disk: a server that is there takes less. */
const SAVE_AFTER = 200;
/** Milliseconds between two writes, for a gateway's flash. */
const PAUSE = 1000;

/**
 * When what waits is written to the disk. What is delivered at once never is; what is not, is there within 200 ms,
 * or a second in a burst, and again only when it has changed.
 */
export class Saver {
  readonly #store: Store;
  readonly #content: () => readonly ServiceResult[];
  readonly #uptime: () => number;
  #timer: NodeJS.Timeout | undefined;
  #lastTime = -Infinity;
  #isUpToDate = true;
  #isOnDisk = false;

  constructor(store: Store, content: () => readonly ServiceResult[], uptime: () => number) {
    this.#store = store;
    this.#content = content;
    this.#uptime = uptime;
  }

  load(): ServiceResult[] {
    const results = this.#store.load();
    this.#isOnDisk = results.length > 0;
    return results;
  }

  /** There is something that the disk does not know, or does not need to. */
  changed(): void {
    this.#isUpToDate = false;
    this.inTime();
  }

  inTime(): void {
    if (this.#isUpToDate || this.#timer) return;
    const delay = Math.max(SAVE_AFTER, this.#lastTime + PAUSE - this.#uptime());
    this.#timer = setTimeout(() => {
      this.#save();
    }, delay);
  }

  /** What was to be saved is on its way. `inTime` is for what is not, or comes back. */
  notYet(): void {
    if (this.#isOnDisk) return;
    this.#stopTimer();
  }

  /** What is on the disk has arrived, and what else there is, is on its way. */
  clear(): void {
    this.#stopTimer();
    if (!this.#isOnDisk) return;
    this.#store.save([]);
    this.#isOnDisk = false;
    this.#isUpToDate = false;
  }

  async stop(): Promise<void> {
    this.#stopTimer();
    if (!this.#isUpToDate) this.#save();
    await this.#store.settled();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #save(): void {
    this.#stopTimer();
    const content = this.#content();
    if (content.length > 0 || this.#isOnDisk) this.#store.save(content);
    this.#lastTime = this.#uptime();
    this.#isUpToDate = true;
    this.#isOnDisk = content.length > 0;
  }
}
