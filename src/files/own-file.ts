import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, isShort } from './code-of.js';
import { replaceFile } from './replace-file.js';
import { openWithoutWaiting, putAside, readWithoutWaiting } from './without-waiting.js';

/** What is lost, for each thing that can be wrong with the file. */
export interface OwnFileWords {
  /** What should be there: `an outbox`. */
  readonly what: string;
  readonly unreadable: string;
  readonly damaged: string;
  readonly unwritable: string;
}

/** A folder that somebody else has to answer for, or another agent has. */
export interface OwnPlace {
  /** When he has answered first, and the other agent has left it; false: nothing is to be kept there. */
  readonly isOurs: Promise<boolean>;
  /** Whether he answers now; where nobody has to, it is not there. */
  answers?(): Promise<boolean>;
  /**
   * Writes a file so that this process cannot be stuck in it; without a text there is to be none.
   *
   * @returns false: that cannot be
   * @throws Error with a `code`
   */
  write?(path: string, text: string): Promise<boolean>;
}

/** Milliseconds that a file has until its agent stops: a flash may take long. */
const LAST = 5000;
/** And where somebody else has to answer for it, when the process ends: he is not waited for. */
const LAST_ELSEWHERE = 500;
/** And after which it is read again, where there was no descriptor or memory for that. */
const PAUSE = 1000;

/**
 * A file in which an agent keeps something for the agent after it, for nobody else to read. It is replaced as a whole, so
 * that what is there is always complete. What is wrong with it is told, and keeps nobody from going on.
 */
export class OwnFile {
  readonly #path: string;
  readonly #words: OwnFileWords;
  readonly #warn: (message: string) => void;
  #hasWarned = false;
  #isRead = false;
  /** It could not be read yet, for want of something. */
  #isShort = false;
  /** What keeps it from being touched yet. */
  readonly #place: OwnPlace | undefined;
  /** False: it was not this agent's before it was left. */
  readonly #isOurs: Promise<boolean>;
  /** False, when it is left. */
  readonly #left: Promise<false>;
  /** False: one before this still wrote it when this one was left. */
  #isFree: Promise<unknown> | undefined;
  /** What is being written, be it by one before this. */
  #writing: Promise<unknown> | undefined;
  /** Another writes it. */
  #isOver = false;
  #leave: () => void = () => undefined;

  /** @param place where it cannot be touched yet, or not by this process */
  constructor(path: string, words: OwnFileWords, warn: (message: string) => void, place?: OwnPlace) {
    this.#place = place;
    this.#path = path;
    this.#words = words;
    this.#warn = warn;
    this.#left = new Promise((resolve) => {
      this.#leave = () => {
        resolve(false);
      };
    });
    this.#isOurs = Promise.race([place?.isOurs ?? Promise.resolve(true), this.#left]);
  }

  /**
   * From here on this one writes. What that one, which was left, is still writing is waited for, since both would write one
   * `PATH.tmp`.
   */
  goOnFrom(before: OwnFile): void {
    if (before.#path !== this.#path) return;
    before.#isOver = true;
    if (!before.#writing) return;
    this.#writing = before.#writing;
    this.#isFree = Promise.race([this.#writing, this.#left]);
  }

  /** Another goes on with what is in memory: what cannot be touched yet is not waited for, and is left as it is. */
  leave(): void {
    this.#leave();
  }

  /** What was there is known, or why it cannot be. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /**
   * Milliseconds that it has until its agent stops.
   *
   * @param isEnding the process ends, too: no other agent writes it then
   */
  patience(isEnding: boolean): number {
    return this.#place?.answers && isEnding ? LAST_ELSEWHERE : LAST;
  }

  /**
   * @param decode gives undefined for what is none, which is moved aside
   * @returns undefined: nothing that can be used is there. A promise: it can be read only later, and must not be written
   * before
   */
  read<T>(decode: (text: string) => T | undefined): T | undefined | Promise<T | undefined> {
    if (!this.#place) return this.#read(decode);
    return this.#isOurs.then((isOurs) => (isOurs ? this.#read(decode) : undefined));
  }

  #read<T>(decode: (text: string) => T | undefined): T | undefined | Promise<T | undefined> {
    const { what, unreadable, damaged } = this.#words;
    let text: string;
    try {
      text = readWithoutWaiting(this.#path);
    } catch (error) {
      if (isShort(error)) return this.#readAgain(decode, error);
      this.#known();
      if (codeOf(error) !== 'ENOENT')
        this.#warn(
          `${this.#path} cannot be read (${codeOf(error)}): ${unreadable}; check its owner and mode`,
        );
      return undefined;
    }
    this.#known();
    const content = decode(text);
    if (content === undefined)
      this.#warn(`${this.#path} is not ${what}, or damaged: ${damaged}; ${putAside(this.#path)}`);
    return content;
  }

  async #readAgain<T>(decode: (text: string) => T | undefined, error: unknown): Promise<T | undefined> {
    if (!this.#isShort)
      this.#warn(
        `${this.#path} cannot be read for now (${codeOf(error)}): nothing is written there before it can be`,
      );
    this.#isShort = true;
    const paused = new Promise<true>((resolve) => setTimeout(resolve, PAUSE, true).unref());
    if (!(await Promise.race([paused, this.#left]))) return undefined;
    // Whoever has to answer for it may have fallen silent since.
    const isAnswered = await Promise.race([this.#place?.answers?.() ?? true, this.#left]);
    return isAnswered ? this.#read(decode) : this.#readAgain(decode, error);
  }

  #known(): void {
    this.#isRead = true;
    this.#isShort = false;
  }

  /**
   * Without a text there is no file. Trouble is told when it begins.
   *
   * @returns false: what is there is what was there before
   */
  async write(text: string): Promise<boolean> {
    if (this.#isShort || !(await this.#isOurs) || (await this.#isFree) === false) return false;
    if (this.#isOver) return false;
    const written = this.#replace(text);
    const writing = written.then(() => {
      if (this.#writing === writing) this.#writing = undefined;
    });
    this.#writing = writing;
    return written;
  }

  async #replace(text: string): Promise<boolean> {
    try {
      if ((await this.#place?.answers?.()) === false) throw Object.assign(new Error(), { code: 'no answer' });
      if (!(await this.#place?.write?.(this.#path, text))) await this.#write(text);
      this.#hasWarned = false;
      return true;
    } catch (error) {
      if (!this.#hasWarned)
        this.#warn(
          `${this.#path} cannot be written (${codeOf(error)}): ${this.#words.unwritable}; ${this.#adviceOn(error)}`,
        );
      this.#hasWarned = true;
      return false;
    }
  }

  /** The data reaches the disk before the name does, so that a power cut leaves the old file or the new one. */
  async #write(text: string): Promise<void> {
    if (text === '') {
      await rm(this.#path, { force: true });
      return;
    }
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await replaceFile(this.#path, openWithoutWaiting, async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
  }

  #adviceOn(error: unknown): string {
    // Of `node --permission`. A directory that is not there yet needs the asterisk.
    return codeOf(error) === 'ERR_ACCESS_DENIED'
      ? `give Node.js --allow-fs-write=${dirname(this.#path)}/*`
      : "check the disk, and the directory's owner and mode";
  }
}
