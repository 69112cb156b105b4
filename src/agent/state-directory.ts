import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { OwnPlace } from '../files/index.js';
import type { Log } from '../log/index.js';
import { answers, canHang, whenAnswered, writeElsewhere } from '../mounts/index.js';
import { tryLock } from '../ffi/index.js';

/** Where results are kept that outlive the agent, by one agent at a time: two would overwrite each other's. */
export class StateDirectory {
  /** Undefined: nothing outlives this agent. */
  readonly path: string | undefined;
  /** Undefined: what is there can be used at once. */
  readonly place: OwnPlace | undefined;
  readonly #log: Log;
  readonly #released = new AbortController();
  #fd: number | undefined;

  /** @param path undefined: there is none */
  constructor(path: string | undefined, log: Log) {
    this.#log = log;
    if (path !== undefined && canHang(path)) {
      this.path = path;
      this.place = {
        isOurs: this.#claimWhenAnswered(path),
        answers: () => answers(path),
        write: writeElsewhere,
      };
    } else if (path !== undefined && this.#claim(path)) this.path = path;
  }

  /** The next agent may have it. */
  release(): void {
    this.#released.abort();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #claimWhenAnswered(path: string): Promise<boolean> {
    const isAnswered = await whenAnswered(path, this.#released.signal, (problem) => {
      this.#log('warning', `${problem}: what waits is lost if the agent ends before it is`);
    });
    return isAnswered && this.#claim(path);
  }

  #claim(path: string): boolean {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      this.#fd = openSync(path, 'r');
      if (tryLock(this.#fd)) return true;
    } catch {
      // Where there can be no directory or no lock: what writes there says what is wrong.
      return true;
    }
    this.release();
    this.#log(
      'warning',
      `another agent keeps its results in ${path}: what waits here is lost if this agent ends; stop one of them, or give each a state_directory of its own`,
    );
    return false;
  }
}
