import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, openWithoutWaiting, putAside, readWithoutWaiting, replaceFile } from '../files/index.js';
import type { ServiceResult } from '../services/index.js';
import { decodeResults, encodeResults } from './outbox-format.js';
import type { Store } from './store.js';

/**
 * Results in a file, for the administrator only. It is replaced as a whole, so that what is there is always
 * complete, and there is none while nothing waits. Where it cannot be written, the results are in memory only.
 */
export class OutboxFile implements Store {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #next: string | undefined;
  #writing: Promise<void> | undefined;
  #hasWarned = false;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  load(): ServiceResult[] {
    let text: string;
    try {
      text = readWithoutWaiting(this.#path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#warn(
          `${this.#path} cannot be read (${codeOf(error)}): what waited there is not delivered; check its owner and mode`,
        );
      return [];
    }
    return decodeResults(text) ?? this.#putAside();
  }

  save(results: readonly ServiceResult[]): void {
    this.#next = results.length === 0 ? '' : encodeResults(results);
    this.#writing ??= this.#writeAll();
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  #putAside(): [] {
    const complaint = `${this.#path} is not an outbox, or damaged: what waited there is not delivered`;
    this.#warn(`${complaint}; ${putAside(this.#path)}`);
    return [];
  }

  /** One after the other; of what is given meanwhile, only the last. */
  async #writeAll(): Promise<void> {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      try {
        await (text === '' ? rm(this.#path, { force: true }) : this.#replace(text));
        this.#hasWarned = false;
      } catch (error) {
        if (!this.#hasWarned)
          this.#warn(
            `${this.#path} cannot be written (${codeOf(error)}): what waits is lost if the agent ends; ${this.#adviceOn(error)}`,
          );
        this.#hasWarned = true;
      }
    }
    this.#writing = undefined;
  }

  #adviceOn(error: unknown): string {
    // Of `node --permission`. A directory that is not there yet needs the asterisk.
    if (codeOf(error) === 'ERR_ACCESS_DENIED')
      return `give Node.js --allow-fs-write=${dirname(this.#path)}/*`;
    return "check the disk, and the directory's owner and mode";
  }

  /** The data reaches the disk before the name does, so that a power cut leaves the old file or the new one. */
  async #replace(text: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await replaceFile(this.#path, openWithoutWaiting, async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
  }
}
