import { RlimitEventsError } from 'rlimit-events';
import { followFile } from './followed-file.js';
import type { Selecting, SelectorLog } from './selector.js';

/** What came of a question. */
export interface Outcome {
  /** Why it is not known who is meant. */
  readonly doubt?: string;
  /** Whether it is asked again though nothing tells that the answer can be another. Default: while in doubt. */
  readonly isOpen?: boolean;
}

export interface Question {
  ask(signal: AbortSignal): Promise<Outcome>;
  /** When one of these changes, the answer can be another. */
  readonly files: readonly string[];
  onAnswer(doubt: string | undefined): void;
  readonly log: SelectorLog;
}

/** Milliseconds until an open question is asked again. */
const PAUSE = 60_000;

/** A question about the system that can be answered late, and anew. */
export class AskedAgain implements Selecting {
  /** When it was answered first, or nobody answered in time. */
  readonly answered: Promise<void>;
  readonly #question: Question;
  readonly #stopped = new AbortController();
  readonly #following: readonly Selecting[];
  #isAsking = true;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(question: Question) {
    this.#question = question;
    const { files, log } = question;
    // Followed first: what changes meanwhile is not missed.
    this.#following = files.map((file) => followFile(file, this.#again, log));
    this.answered = this.#ask();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    for (const each of this.#following) each.stop();
  }

  readonly #again = () => {
    this.#isDue = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#ask().catch((error: unknown) => {
      if (!(error instanceof RlimitEventsError)) throw error;
      this.#isAsking = false;
      this.#question.log('warning', error.message);
    });
  };

  /** One after the other: what changes meanwhile is asked once more. */
  async #ask(): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      this.#isDue = false;
      clearTimeout(this.#timer);
      const { doubt, isOpen = doubt !== undefined } = await this.#question.ask(signal);
      if (signal.aborted) return;
      if (isOpen) this.#timer = setTimeout(this.#again, PAUSE);
      this.#question.onAnswer(doubt);
      if (!this.#isDueAgain()) break;
    }
    this.#isAsking = false;
  }

  /** A method, since the compiler does not see that it can have become so meanwhile. */
  #isDueAgain(): boolean {
    return this.#isDue;
  }
}
