import { RlimitEventsError } from 'rlimit-events';
import { followFile } from './followed-file.js';
import { isPassing } from './passing.js';
import type { Selecting, SelectorLog } from './selector.js';

/** What came of a question. */
export interface Outcome {
  /** Why it is not known who is meant. */
  readonly doubt?: string;
  /** Whether it is asked again though nothing tells that the answer can be another. Default: while in doubt. */
  readonly isOpen?: boolean;
  /** When the answer can be another. The same one is waited for once, however often it is given. */
  readonly until?: Promise<void>;
  /** It failed with what passes: it is asked again soon. */
  readonly isPassing?: boolean;
}

export interface Question {
  /**
   * At once where nobody has to be asked: then it is answered when the asking has begun. Where it throws what passes, that is
   * the doubt, and it is asked again soon.
   */
  ask(signal: AbortSignal): Outcome | Promise<Outcome>;
  /** When one of these changes, the answer can be another. */
  readonly files: readonly string[];
  /** The same for what this throws. */
  onAnswer(doubt: string | undefined): void;
  readonly log: SelectorLog;
}

/** Milliseconds until an open question is asked again. */
const PAUSE = 60_000;
/** And after a look that could not be had, or failed for now. */
const SOON = 5000;

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
  #problem = '';
  #timer: NodeJS.Timeout | undefined;
  #until: Promise<void> | undefined;

  /** @throws what a question throws that is answered at once */
  constructor(question: Question) {
    this.#question = question;
    const { files, log } = question;
    // Followed first: what changes meanwhile is not missed.
    this.#following = files.map((file) => followFile(file, this.#again, log));
    try {
      const first = this.#outcome();
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
      answer ??= this.#outcome();
      const { doubt, isOpen = doubt !== undefined, until, isPassing = false } = await answer;
      if (signal.aborted) return;
      if (until !== undefined && until !== this.#until) void until.then(this.#again);
      this.#until = until;
      // What is known at once, and was known before, is true already.
      const isKnown = !(answer instanceof Promise || this.#isInDoubt || doubt !== undefined);
      const isTold = isKnown || this.#tell(doubt);
      this.#isInDoubt = doubt !== undefined || !isTold;
      const isSoon = isPassing || !isTold;
      if (!isSoon) this.#problem = '';
      if (isOpen || isSoon) this.#timer = setTimeout(this.#again, isSoon ? SOON : PAUSE);
      answer = undefined;
    } while (this.#isDueAgain());
    this.#isAsking = false;
  }

  #outcome(): Outcome | Promise<Outcome> {
    try {
      const outcome = this.#question.ask(this.#stopped.signal);
      return outcome instanceof Promise ? outcome.catch((error: unknown) => this.#fail(error)) : outcome;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Whether it could be. */
  #tell(doubt: string | undefined): boolean {
    try {
      this.#question.onAnswer(doubt);
      return true;
    } catch (error) {
      if (doubt === undefined) this.#fail(error);
      else if (!isPassing(error)) throw error;
      return false;
    }
  }

  #fail(error: unknown): Outcome {
    if (!isPassing(error)) throw error;
    if (error.message !== this.#problem) this.#question.log('warning', `${error.message}; it is tried again`);
    this.#problem = error.message;
    return { doubt: error.message, isPassing: true };
  }

  /** A method, since the compiler does not see that it can have become so meanwhile. */
  #isDueAgain(): boolean {
    return this.#isDue;
  }
}
