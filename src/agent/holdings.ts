import { HeldFiles, heldLines, type Held } from '../processes/index.js';

/** More than so many processes are not looked at before anything is wrong. */
const MOST_REMEMBERED = 64;

/**
 * What processes hold, and what they held while all was well. It is looked at when a state changes, and never
 * in between.
 */
export class Holdings {
  readonly #files = new HeldFiles();
  readonly #before = new Map<number, Held>();
  #isClosed = false;

  /** What is gathered now, later growth is compared with. */
  remember(pid: number): void {
    if (this.#isClosed || (this.#before.size >= MOST_REMEMBERED && !this.#before.has(pid))) return;
    const held = this.#files.gather(pid);
    if (held) this.#before.set(pid, held);
  }

  forget(pid: number): void {
    this.#before.delete(pid);
  }

  /** Lines for the long output; none if the process has ended. */
  lines(pid: number): string[] {
    const now = this.#files.gather(pid);
    return now ? heldLines(now, this.#before.get(pid)) : [];
  }

  close(): void {
    this.#isClosed = true;
    this.#files.close();
  }
}
