import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../log/index.js';
import { codeOf } from '../files/index.js';
import { answers, answersAtTheEnd, untilAnswered } from '../mounts/index.js';
import { within } from '../waiting/index.js';
import { Claim } from './claim.js';
import { writeMetrics } from './write-metrics.js';

/** Milliseconds in which what belongs together comes together: a server that is there has the result by then. */
const SOON = 200;
/** Milliseconds between two writes. */
const PAUSE = 1000;
/** Milliseconds after which a write is said to hang. */
const PATIENCE = 5000;
const NOBODYS = { release: () => Promise.resolve() };
const ANOTHER = 'another agent writes it; stop one of them, or give each a metrics_file of its own';
/** Milliseconds that it has at the end: what hangs keeps nobody from ending. */
const LAST = 1000;

export interface MetricsFileOptions {
  readonly log: Log;
  /** What is true now; undefined: nothing can be said now, and changed() is called when it can. */
  readonly text: () => Iterable<string> | undefined;
  /** By which it is written; given by tests. */
  readonly replace?: typeof writeMetrics;
  /** By which it is this agent's; given by tests. */
  readonly claim?: (path: string) => Promise<Pick<Claim, 'release'> | undefined>;
}

/**
 * The metrics in a file, for node_exporter's textfile collector. It is written when something has changed, once a
 * second at most; while nothing changes, nothing wakes. The file goes with the agent: the collector would serve for
 * ever what nobody knows any more.
 */
export class MetricsFile {
  readonly #log: Log;
  readonly #text: () => Iterable<string> | undefined;
  readonly #replace: typeof writeMetrics;
  readonly #claimOf: NonNullable<MetricsFileOptions['claim']>;
  #path: string | undefined;
  #isUpToDate = true;
  #timer: NodeJS.Timeout | undefined;
  #lastTime = -Infinity;
  #writing: Promise<void> | undefined;
  #isInTrouble = false;
  #isSilent = false;
  #closing = new AbortController();
  /** By path: that it is this agent's. One that cannot be let go, since its disk gives no answer, stays until it does. */
  readonly #claims = new Map<string, Pick<Claim, 'release'>>();

  constructor({ log, text, replace = writeMetrics, claim = (path) => Claim.of(path) }: MetricsFileOptions) {
    this.#log = log;
    this.#text = text;
    this.#replace = replace;
    this.#claimOf = claim;
  }

  /** @param path undefined: there is to be none */
  async writeTo(path: string | undefined): Promise<void> {
    if (path !== this.#path) await this.close();
    this.#path = path;
    this.changed();
  }

  changed(): void {
    this.#isUpToDate = false;
    this.#writeSoon();
  }

  /** Takes the file away. */
  async close(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (path === undefined) return;
    this.#closing.abort();
    this.#closing = new AbortController();
    await within(LAST, () => this.#remove(path, this.#writing));
    this.#writing = undefined;
    this.#isInTrouble = false;
  }

  #writeSoon(): void {
    if (this.#path === undefined || this.#isUpToDate || this.#timer || this.#writing) return;
    const delay = Math.max(SOON, this.#lastTime + PAUSE - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, delay);
  }

  #write(): void {
    const path = this.#path;
    const text = this.#text();
    if (path === undefined || text === undefined) return;
    this.#isUpToDate = true;
    this.#lastTime = performance.now();
    const writing = this.#attempt(path, text).then(() => {
      // Another file may have taken its place since.
      if (this.#writing !== writing) return;
      this.#writing = undefined;
      this.#writeSoon();
    });
    this.#writing = writing;
  }

  async #attempt(path: string, text: Iterable<string>): Promise<void> {
    const noAnswer = `${path} cannot be written: ${dirname(path)} gives no answer; check its disk`;
    const timer = setTimeout(() => {
      this.#onTrouble(path, noAnswer);
    }, PATIENCE);
    try {
      if (!(await answers(path, this.#closing.signal))) {
        this.#onTrouble(path, noAnswer);
        this.#writeWhenAnswered(path);
        return;
      }
      if (await this.#isOurs(path)) {
        await this.#replace(path, text);
        this.#onSuccess(path);
      } else this.#onTrouble(path, `${path} is not written: ${ANOTHER}`);
    } catch (error) {
      this.#onTrouble(path, `${path} cannot be written (${codeOf(error)}): ${adviceOn(error, path)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  async #isOurs(path: string): Promise<boolean> {
    const claim = this.#claims.get(path) ?? (await this.#claimOf(path));
    if (claim) this.#claims.set(path, claim);
    return claim !== undefined;
  }

  /** Once, however often it is tried meanwhile. */
  #writeWhenAnswered(path: string): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    void untilAnswered(path).then(() => {
      this.#isSilent = false;
      this.changed();
    });
  }

  /** Told when it begins; it is tried again at the next change. */
  #onTrouble(path: string, message: string): void {
    if (this.#isInTrouble || path !== this.#path) return;
    this.#isInTrouble = true;
    this.#log('warning', message);
  }

  #onSuccess(path: string): void {
    if (!this.#isInTrouble || path !== this.#path) return;
    this.#isInTrouble = false;
    this.#log('notice', `${path} is written again`);
  }

  async #remove(path: string, writing: Promise<void> | undefined): Promise<void> {
    const isInTrouble = this.#isInTrouble;
    try {
      await writing;
      // Who takes it away would wait for it: it stays until that can be done.
      if (!(await answersAtTheEnd(path))) {
        void untilAnswered(path).then(() => this.#remove(path, undefined));
        return;
      }
      // It is written again.
      if (path === this.#path) return;
      const own = this.#claims.get(path);
      this.#claims.delete(path);
      // Where nobody can claim anything, nobody else does either.
      const claim = own ?? (await this.#claimOf(path).catch(() => NOBODYS));
      // What another agent writes is not this one's to take away.
      if (!claim) return;
      try {
        await rm(path, { force: true });
      } finally {
        // An agent that goes on elsewhere keeps nobody from it.
        await claim.release();
      }
    } catch (error) {
      if (!isInTrouble)
        this.#log(
          'warning',
          `${path} cannot be removed (${codeOf(error)}): remove it, or its numbers stay those of now`,
        );
    }
  }
}

function adviceOn(error: unknown, path: string): string {
  // Of `node --permission`.
  if (codeOf(error) === 'ERR_ACCESS_DENIED') return `give Node.js --allow-fs-write=${dirname(path)}/*`;
  return `check that ${dirname(path)} is there, that the agent's user may write there, and that its disk has room`;
}
