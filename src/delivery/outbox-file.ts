import { OwnFile, type OwnPlace } from '../files/index.js';
import type { ServiceResult } from '../services/index.js';
import { decodeResults, encodeResults } from './outbox-format.js';
import type { Store } from './store.js';

const UNDELIVERED = 'what waited there is not delivered';

/**
 * Results in a file, for the administrator only. There is none while nothing waits. Where it cannot be written, the
 * results are in memory only.
 */
export class OutboxFile implements Store {
  readonly #file: OwnFile;
  #next: string | undefined;
  #writing: Promise<void> | undefined;
  #isWritten = true;
  /** What is not read yet is not written over. */
  #loaded: Promise<unknown> | undefined;

  /** @param place where somebody else has to answer for it */
  constructor(path: string, warn: (message: string) => void, place?: OwnPlace) {
    const words = {
      what: 'an outbox',
      unreadable: UNDELIVERED,
      damaged: UNDELIVERED,
      unwritable: 'what waits is lost if the agent ends',
    };
    this.#file = new OwnFile(path, words, warn, place);
  }

  load(): ServiceResult[] | Promise<ServiceResult[]> {
    const results = this.#file.read(decodeResults);
    if (!(results instanceof Promise)) return results ?? [];
    const loaded = results.then((late) => late ?? []);
    this.#loaded = loaded;
    return loaded;
  }

  get isLoaded(): boolean {
    return this.#file.isRead;
  }

  goOnFrom(before: Store): void {
    if (before instanceof OutboxFile) this.#file.goOnFrom(before.#file);
  }

  leave(): void {
    this.#file.leave();
  }

  patience(isEnding: boolean): number {
    return this.#file.patience(isEnding);
  }

  save(results: readonly ServiceResult[]): void {
    this.#next = results.length === 0 ? '' : encodeResults(results);
    this.#writing ??= this.#writeAll();
  }

  async settled(): Promise<boolean> {
    await this.#writing;
    return this.#isWritten;
  }

  /** One after the other; of what is given meanwhile, only the last. */
  async #writeAll(): Promise<void> {
    await this.#loaded;
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      this.#isWritten = await this.#file.write(text);
    }
    this.#writing = undefined;
  }
}
