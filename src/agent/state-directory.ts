import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { OwnPlace } from '../files/index.js';
import type { Log } from '../log/index.js';
import { answers, canHang, whenAnswered, writeElsewhere } from '../mounts/index.js';
import { isShortage, tryLock } from '../ffi/index.js';

/** Milliseconds between two questions for a place that somebody else has to answer for. */
const PAUSE = 1000;

/** Why a directory is not this agent's: another one has it, or that cannot be found out for now. */
type Refusal = 'anothers' | { readonly code: string };

/** Where results are kept that outlive the agent, by one agent at a time: two would overwrite each other's. */
export class StateDirectory {
  /** Undefined: nothing outlives this agent. */
  readonly path: string | undefined;
  /** Undefined: what is there can be used at once. */
  readonly place: OwnPlace | undefined;
  readonly #log: Log;
  readonly #released = new AbortController();
  #fd: number | undefined;
  /** Undefined: it is this agent's, or nobody has asked yet. */
  #refusal: Refusal | undefined;
  #soon: NodeJS.Immediate | undefined;
  #askedAt = -Infinity;
  /** Whether it is this agent's. */
  #settle: (isOurs: boolean) => void = () => undefined;

  /** @param path undefined: there is none */
  constructor(path: string | undefined, log: Log) {
    this.#log = log;
    this.path = path;
    if (path === undefined) return;
    const isElsewhere = canHang(path);
    const refusal = isElsewhere ? undefined : this.#claim(path);
    if (!isElsewhere && !refusal) return;
    this.place = {
      isOurs: new Promise((resolve) => (this.#settle = resolve)),
      ...(isElsewhere && { answers: () => answers(path), write: writeElsewhere }),
    };
    if (refusal) this.#refuse(path, refusal);
    else void this.#claimWhenAnswered(path);
  }

  /**
   * Asks again for what another agent has, which may have ended since: nothing tells that. To be called when there is
   * something to keep.
   */
  tryAgain(): void {
    if (!this.#refusal || this.#soon) return;
    // Once for all that happens in one instant.
    this.#soon = setImmediate(() => {
      this.#soon = undefined;
      if (this.path !== undefined) void this.#claimAgain(this.path);
    });
  }

  /** Another agent's directory becomes this one's now, or does not any more. */
  tryLast(): void {
    const { path } = this;
    if (!this.#refusal || path === undefined) return;
    if (!canHang(path)) this.#claimRefused(path);
    this.#refusal = undefined;
    // Does nothing if it has become so.
    this.#settle(false);
  }

  /** The next agent may have it. */
  release(): void {
    this.#refusal = undefined;
    clearImmediate(this.#soon);
    this.#released.abort();
    this.#unlock();
  }

  async #claimWhenAnswered(path: string): Promise<void> {
    const isAnswered = await whenAnswered(path, this.#released.signal, (problem) => {
      this.#log('warning', `${problem}: what waits is lost if the agent ends before it is`);
    });
    const refusal = isAnswered ? this.#claim(path) : undefined;
    if (refusal) this.#refuse(path, refusal);
    else this.#settle(isAnswered);
  }

  #refuse(path: string, refusal: Refusal): void {
    const isKnown = refusal === 'anothers';
    // That it cannot be looked at again is no news of it.
    if (this.#refusal && (!isKnown || this.#refusal === refusal)) return;
    this.#refusal = refusal;
    this.#log(
      'warning',
      isKnown
        ? `another agent keeps its results in ${path}: what waits here is lost if this agent ends; stop one of them, or give each a state_directory of its own`
        : `nobody can tell whether another agent keeps its results in ${path} (${refusal.code}): what waits here is lost if this agent ends before that is known`,
    );
  }

  async #claimAgain(path: string): Promise<void> {
    if (!canHang(path) || (await this.#isAnswered(path))) this.#claimRefused(path);
  }

  async #isAnswered(path: string): Promise<boolean> {
    const now = performance.now();
    if (now - this.#askedAt < PAUSE) return false;
    this.#askedAt = now;
    return answers(path, this.#released.signal);
  }

  #claimRefused(path: string): void {
    if (!this.#refusal) return;
    const refusal = this.#claim(path);
    if (refusal) {
      this.#refuse(path, refusal);
      return;
    }
    const was = this.#refusal === 'anothers' ? `the other agent has left ${path}` : `${path} is free`;
    this.#refusal = undefined;
    this.#log('notice', `${was}: this one keeps its results there now`);
    this.#settle(true);
  }

  /** @returns undefined: it is this agent's */
  #claim(path: string): Refusal | undefined {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      this.#fd = openSync(path, 'r');
      if (tryLock(this.#fd)) return undefined;
    } catch (error) {
      // Where there can be no directory or no lock: what writes there says what is wrong.
      if (!isShortage(error)) return undefined;
      this.#unlock();
      return error;
    }
    this.#unlock();
    return 'anothers';
  }

  #unlock(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
