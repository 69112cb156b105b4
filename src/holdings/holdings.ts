import type { HeldFiles } from './files.js';
import type { Held } from './held.js';
import { heldLines } from './lines.js';

/** Who tells what a process holds. */
export type HeldReader = Pick<HeldFiles, 'gatherGently' | 'close'>;

/** More than so many processes are not looked at before anything is wrong. */
const MOST_REMEMBERED = 64;

/**
 * What processes hold, and what they held while all was well. It is looked at when a state changes, and never
 * in between. What takes long is gathered between the turns of the event loop, one process after the other.
 */
export class Holdings {
  readonly #files: HeldReader;
  readonly #before = new Map<number, Held>();
  /** What is under way; undefined: nothing. */
  #underWay: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(files: HeldReader) {
    this.#files = files;
  }

  /** What another has remembered of these, which is closed. */
  goOnFrom(other: Holdings, pids: Iterable<number>): void {
    for (const pid of pids) {
      const held = other.#before.get(pid);
      if (held) this.#before.set(pid, held);
    }
  }

  remembers(pid: number): boolean {
    return this.#before.has(pid);
  }

  /** What is gathered now, later growth is compared with. */
  async remember(pid: number): Promise<void> {
    if (this.#isClosed || (this.#before.size >= MOST_REMEMBERED && !this.#before.has(pid))) return;
    const held = await this.#gather(pid);
    if (held) this.#before.set(pid, held);
  }

  forget(pid: number): void {
    this.#before.delete(pid);
  }

  /** Lines for the long output; none if the process has ended. A promise only if it takes long. */
  lines(pid: number): string[] | Promise<string[]> {
    const before = this.#before.get(pid);
    const now = this.#gather(pid);
    return now instanceof Promise ? now.then((held) => linesOf(held, before)) : linesOf(now, before);
  }

  close(): void {
    this.#isClosed = true;
    this.#files.close();
  }

  #gather(pid: number): Held | undefined | Promise<Held | undefined> {
    if (this.#underWay) return this.#after(this.#underWay.then(() => this.#now(pid)));
    const held = this.#now(pid);
    return held instanceof Promise ? this.#after(held) : held;
  }

  #now(pid: number): Held | undefined | Promise<Held | undefined> {
    return this.#isClosed ? undefined : this.#files.gatherGently(pid);
  }

  #after(held: Promise<Held | undefined>): Promise<Held | undefined> {
    const underWay = held.finally(() => {
      if (this.#underWay === underWay) this.#underWay = undefined;
    });
    this.#underWay = underWay;
    return underWay;
  }
}

function linesOf(now: Held | undefined, before: Held | undefined): string[] {
  return now ? heldLines(now, before) : [];
}
