import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, replaceFile } from '../files/index.js';
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
      text = textOf(this.#path);
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
    const aside = `${this.#path}.bad`;
    const complaint = `${this.#path} is not an outbox, or damaged: what waited there is not delivered`;
    try {
      renameSync(this.#path, aside);
      this.#warn(`${complaint}; moved to ${aside}`);
    } catch (error) {
      this.#warn(`${complaint}; it cannot be moved aside (${codeOf(error)})`);
    }
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
    await replaceFile(
      this.#path,
      (temporary) => open(temporary, WITHOUT_WAITING, 0o600),
      async (file) => {
        await file.writeFile(text);
        await file.sync();
      },
    );
  }
}

const { O_CREAT, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
/** A pipe would be waited for. */
const WITHOUT_WAITING = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK;

/** Of a pipe, which would be waited for, it is empty: that is no outbox. */
function textOf(path: string): string {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    return fstatSync(fd).isFIFO() ? '' : readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
