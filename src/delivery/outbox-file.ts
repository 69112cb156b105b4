import { OwnFile } from '../files/index.js';
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

  constructor(path: string, warn: (message: string) => void) {
    const words = {
      what: 'an outbox',
      unreadable: UNDELIVERED,
      damaged: UNDELIVERED,
      unwritable: 'what waits is lost if the agent ends',
    };
    this.#file = new OwnFile(path, words, warn);
  }

  load(): ServiceResult[] {
    return this.#file.read(decodeResults) ?? [];
  }

  save(results: readonly ServiceResult[]): void {
    this.#next = results.length === 0 ? '' : encodeResults(results);
    this.#writing ??= this.#writeAll();
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  /** One after the other; of what is given meanwhile, only the last. */
  async #writeAll(): Promise<void> {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      await this.#file.write(text);
    }
    this.#writing = undefined;
  }
}
