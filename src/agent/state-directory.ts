import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { Log } from '../log/index.js';
import { tryLock } from '../ffi/index.js';

/** Where results are kept that outlive the agent, by one agent at a time: two would overwrite each other's. */
export class StateDirectory {
  /** Undefined: nothing outlives this agent. */
  readonly path: string | undefined;
  #fd: number | undefined;

  /** @param path undefined: there is none */
  constructor(path: string | undefined, log: Log) {
    this.path = path;
    if (path === undefined || this.#claim(path)) return;
    this.release();
    this.path = undefined;
    log(
      'warning',
      `another agent keeps its results in ${path}: what waits here is lost if this agent ends; stop one of them, or give each a state_directory of its own`,
    );
  }

  /** The next agent may have it. */
  release(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #claim(path: string): boolean {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      this.#fd = openSync(path, 'r');
      return tryLock(this.#fd);
    } catch {
      // Where there can be no directory or no lock: what writes there says what is wrong.
      return true;
    }
  }
}
