import { RlimitEventsError } from 'rlimit-events';
import { followFile } from './followed-file.js';
import type { Selecting, SelectorLog } from './selector.js';

/** What came of a question. */
export interface Outcome {
  /** Why it is not known who is meant. */
  readonly doubt?: string;
  /** Whether it is asked again though nothing tells that the answer can be another. Default: while in doubt. */
  readonly isOpen?: boolean;
  /** When the answer can be another. */
  readonly until?: Promise<void>;
}

export interface Question {
  /** At once where nobody has to be asked: then it is answered when the asking has begun. */
  ask(signal: AbortSignal): Outcome | Promise<Outcome>;
  /** When one of these changes, the answer can be another. */
  readonly files: readonly string[];
  onAnswer(doubt: string | undefined): void;
  readonly log: SelectorLog;
}

/** Milliseconds until an open question is asked again. */
const PAUSE = 60_000;

/** A question about the system that can be answered late, and anew. */
export class AskedAgain implements Selecting {
  /** When it was answered first, or nobody answered in time; undefined: it has been. */
  readonly answered?: Promise<void>;
  readonly #question: Question;
  readonly #stopped = new AbortController();
  readonly #following: readonly Selecting[];
  #isAsking = true;
  #isDue = false;
  #isInDoubt = false;
  #timer: NodeJS.Timeout | undefined;

  /** @throws what a question throws that is answered at once */
  constructor(question: Question) {
    this.#question = question;
    const { files, log } = question;
    // Followed first: what changes meanwhile is not missed.
    this.#following = files.map((file) => followFile(file, this.#again, log));
    try {
      const first = question.ask(this.#stopped.signal);
      if (first instanceof Promise || first.doubt !== undefined)
        this.answered = this.#ask(Promise.resolve(first));
      else this.#isAsking = false;
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    for (const each of this.#following) each.stop();
  }

  readonly #again = () => {
    this.#isDue = true;
    if (this.#isAsking || this.#stopped.signal.aborted) return;
    this.#isAsking = true;
    this.#ask().catch((error: unknown) => {
      if (!(error instanceof RlimitEventsError)) throw error;
      this.#isAsking = false;
      this.#question.log('warning', error.message);
    });
  };

  /** One after the other: what changes meanwhile is asked once more. */
  async #ask(first?: Promise<Outcome>): Promise<void> {
    const { signal } = this.#stopped;
    let answer: Outcome | Promise<Outcome> | undefined = first;
    do {
      this.#isDue = false;
      clearTimeout(this.#timer);
      answer ??= this.#question.ask(signal);
      const { doubt, isOpen = doubt !== undefined, until } = await answer;
      if (signal.aborted) return;
      if (isOpen) this.#timer = setTimeout(this.#again, PAUSE);
      void until?.then(this.#again);
      // What is known at once, and was known before, is true already.
      if (answer instanceof Promise || this.#isInDoubt || doubt !== undefined) this.#question.onAnswer(doubt);
      this.#isInDoubt = doubt !== undefined;
      answer = undefined;
    } while (this.#isDueAgain());
    this.#isAsking = false;
  }

  /** A method, since the compiler does not see that it can have become so meanwhile. */
  #isDueAgain(): boolean {
    return this.#isDue;
  }
}
