import type { ServiceResult } from '../services/index.js';
import { within } from '../waiting/index.js';
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
  #wasLoaded = false;
  /** What is not read yet is not written over. */
  #loading: Promise<unknown> | undefined;

  constructor(store: Store, content: () => readonly ServiceResult[], uptime: () => number) {
    this.#store = store;
    this.#content = content;
    this.#uptime = uptime;
  }

  /** What waits is what another has left, which is stopped, and the file is what that knows of it. */
  goOnFrom(other: Saver): void {
    this.#store.goOnFrom(other.#store);
    this.#wasLoaded = other.#wasLoaded || other.#store.isLoaded;
    this.#isOnDisk = other.#isOnDisk;
    this.#isUpToDate = other.#isUpToDate;
    this.inTime();
  }

  load(): ServiceResult[] | Promise<ServiceResult[]> {
    if (this.#wasLoaded) return [];
    const results = this.#store.load();
    if (!(results instanceof Promise)) return this.#loaded(results);
    const loading = results.then((late) => {
      this.#loading = undefined;
      return this.#loaded(late);
    });
    this.#loading = loading;
    return loading;
  }

  #loaded(results: ServiceResult[]): ServiceResult[] {
    this.#isOnDisk ||= results.length > 0;
    return results;
  }

  /** The file no longer equals what waits: it lacks something, or has something that was delivered. */
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

  /**
   * Everything that waited is with the kernel: do not write yet, unless an old file is there. inTime() is called again
   * for what was left or came back.
   */
  notYet(): void {
    if (this.#isOnDisk) return;
    this.#stopTimer();
  }

  /** Everything in the file was delivered: remove its content. */
  clear(): void {
    this.#stopTimer();
    if (!this.#isOnDisk) return;
    this.#write([]);
    this.#isUpToDate = false;
  }

  /** Whether what waits, and nothing else, is in the file. */
  get isUpToDate(): boolean {
    return this.#isUpToDate;
  }

  /** @param isEnding so does the process */
  async stop(isEnding: boolean): Promise<'settled' | 'unanswered'> {
    this.#stopTimer();
    if (!isEnding) this.#store.leave();
    if (!this.#isUpToDate) this.#save();
    const settled = await within(this.#store.patience(isEnding), () => this.#settled());
    if (settled !== 'late') return 'settled';
    this.#isOther();
    return 'unanswered';
  }

  async #settled(): Promise<void> {
    if (this.#loading && !this.#isUpToDate) {
      await this.#loading;
      this.#save();
    }
    await this.#store.settled();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #save(): void {
    this.#stopTimer();
    if (this.#loading) return;
    const content = this.#content();
    if (content.length > 0 || this.#isOnDisk) this.#write(content);
    this.#lastTime = this.#uptime();
    this.#isUpToDate = true;
  }

  #write(content: readonly ServiceResult[]): void {
    this.#store.save(content);
    this.#isOnDisk = content.length > 0;
    void this.#store.settled().then((isWritten) => {
      if (!isWritten) this.#isOther();
    });
  }

  /** What is on the disk may be older, and has to be replaced. */
  #isOther(): void {
    this.#isUpToDate = false;
    this.#isOnDisk = true;
  }
}
