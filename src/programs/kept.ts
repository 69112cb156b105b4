import { answersAtTheEnd, mustAnswer } from '../mounts/index.js';
import { within } from '../waiting/index.js';
import type { Bounds, Ended } from './bounded.js';
import { LastLine } from './first-line.js';
import { Started } from './start.js';

export interface KeptOptions {
  /** All that it gets. */
  readonly environment: NodeJS.ProcessEnv;
  /** `time`: for reading what it is given. */
  readonly bounds: Bounds;
  /** Milliseconds that it has to go on running after it was given something, for that to be taken. */
  readonly trial: number;
  /** Milliseconds that it has to end by itself at the end of its standard input. */
  readonly farewell: number;
}

/** How it has ended, and whether all that it was to be given was in its standard input. */
export type GivenUp = Ended & { readonly hadAll: boolean };

/** A program that is started when there is something to give to it, and goes on for more. */
export class KeptProgram {
  readonly #run: readonly [string, ...string[]];
  readonly #options: KeptOptions;
  #running: Running | undefined;

  constructor(run: readonly [string, ...string[]], options: KeptOptions) {
    this.#run = run;
    this.#options = options;
  }

  /**
   * Returns how it has ended, if it has; else, it has all of this and goes on.
   *
   * @param signal ends the waiting; what it was given is its own, and close() ends it
   * @param onWritten all is in its standard input
   * @throws the error of spawn(), such as ENOENT; Error where no descriptor is free, or the waiting is over;
   * UnansweredError
   */
  async give(input: string, signal: AbortSignal, onWritten: () => void): Promise<GivenUp | undefined> {
    if (this.#running?.hasExited !== false) await mustAnswer(this.#run.slice(0, 1));
    // Nobody would end it.
    if (signal.aborted) throw noMoreTime();
    return untilAborted(signal, this.#give(this.#there(), input, onWritten));
  }

  async #give(running: Running, input: string, onWritten: () => void): Promise<GivenUp | undefined> {
    const { bounds, trial } = this.#options;
    if ((await running.within(bounds.time, running.write(input))) === 'late')
      running.tookTooLong(bounds.grace);
    if (!running.hasAll) return { ...(await running.ended), hadAll: false };
    onWritten();
    if ((await running.within(trial)) === 'late') return undefined;
    return { ...(await running.ended), hadAll: true };
  }

  /** Ends it, with what it was given. Never rejects. */
  async close(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const { bounds, farewell } = this.#options;
    running.endInput();
    // Whoever has its file does not answer: then it may not even have begun.
    if (!(await answersAtTheEnd(this.#run[0]))) {
      running.stop(0);
      return;
    }
    if ((await running.within(farewell)) === 'late') running.stop(bounds.grace);
    await running.ended.catch(() => undefined);
  }

  #there(): Running {
    if (this.#running?.hasExited === false) return this.#running;
    const running = new Running(new Started(this.#run, this.#options.environment));
    this.#running = running;
    const gone = () => {
      if (this.#running === running) this.#running = undefined;
    };
    running.ended.then(gone, gone);
    return running;
  }
}

/** One start of it. */
class Running {
  /** Rejects if it could not be started. */
  readonly ended: Promise<Ended>;
  readonly #started: Started;
  #timedOut = false;
  #unwritten = 0;

  constructor(started: Started) {
    this.#started = started;
    const { stdout, stderr } = started.child;
    stdout.on('error', () => undefined).resume();
    const said = new LastLine(stderr);
    this.ended = started.ended.then((end) => ({
      ...end,
      timedOut: this.#timedOut,
      stdout: '',
      stderr: said.text,
    }));
  }

  get hasExited(): boolean {
    return this.#started.hasExited;
  }

  /** Whether all that it was given is in its standard input. */
  get hasAll(): boolean {
    return this.#unwritten === 0;
  }

  write(input: string): Promise<void> {
    this.#unwritten++;
    return new Promise((resolve) => {
      this.#started.child.stdin.write(input, (error) => {
        if (error) return;
        this.#unwritten--;
        resolve();
      });
    });
  }

  /** Waits for one thing or for its end, and no longer. */
  async within(ms: number, event?: Promise<void>): Promise<'late' | 'in time'> {
    const inTime = () => 'in time' as const;
    const ended = this.ended.then(inTime, inTime);
    return within(ms, () => (event ? Promise.race([ended, event.then(inTime)]) : ended));
  }

  endInput(): void {
    this.#started.child.stdin.end();
  }

  tookTooLong(grace: number): void {
    this.#timedOut = true;
    this.stop(grace);
  }

  stop(grace: number): void {
    this.#started.stop(grace);
  }
}

const noMoreTime = () => new Error('it was given no more time');

/** What is done goes on, but nobody waits for it. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(noMoreTime());
    };
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
