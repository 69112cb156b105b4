import { isDeepStrictEqual } from 'node:util';
import { SystemError } from '../ffi/index.js';
import { startTrouble, type Bounds } from '../programs/index.js';
import { clipMiddle, pluginText } from '../text/index.js';
import type { State } from '../services/index.js';
import type { Action, ActionEvent, ServiceActions } from './action.js';
import { AtMost } from './at-most.js';
import { raiseLimit } from './raise-limit.js';
import { restartUnit } from './restart-unit.js';
import { runProgram } from './run-program.js';
import { sendSignal } from './send-signal.js';
import type { StillWatched } from './watched-process.js';
import { frequencyName, intention } from './words.js';

export interface ActionsOptions {
  readonly actions: ServiceActions;
  /** Asks the kernel; called when a process is about to be changed, until pause() or end(). */
  readonly stillWatched: StillWatched;
  /** Nothing is done, and the outcomes say what would be. */
  readonly dryRun?: boolean;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Of programs. */
  readonly bounds?: Bounds;
}

const BOUNDS: Bounds = { time: 30_000, grace: 5_000 };
/** Characters of an outcome. */
const LONGEST_LINE = 200;

/** One action of the service, with what it has done lately. */
interface Entry {
  readonly action: Action;
  readonly atMost: AtMost | undefined;
  isRunning: boolean;
}

/** What those of the same kind have together that follow each other: what has been done, and is under way. */
interface Course {
  readonly entries: Record<State, readonly Entry[]>;
  /** Of the last of them. */
  stillWatched: StillWatched;
  /** Between two of them nothing is begun. */
  pause: Pause | undefined;
  /** Why no more is done. */
  end: string | undefined;
}

interface Pause {
  readonly over: Promise<void>;
  readonly resume: () => void;
}

/** What one service does to help itself when it comes into a state. */
export class Actions {
  readonly #options: ActionsOptions;
  #course: Course;

  constructor(options: ActionsOptions) {
    this.#options = options;
    const { ok, warning, critical } = options.actions;
    this.#course = {
      entries: { OK: entries(ok), WARNING: entries(warning), CRITICAL: entries(critical), UNKNOWN: [] },
      stillWatched: options.stillWatched,
      pause: undefined,
      end: undefined,
    };
  }

  /** What is begun goes on, and nothing else is begun, until others go on from these, or it is the end. */
  pause(): void {
    let resume: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (resume = resolve));
    this.#course.pause ??= { over, resume };
  }

  /** What others of the same kind have done, and do, is done by these; what others of another kind do is the last of it. */
  goOnFrom(other: Actions): void {
    if (!isDeepStrictEqual(this.#options.actions, other.#options.actions)) {
      other.end();
      return;
    }
    const { stillWatched } = this.#course;
    this.#course = other.#course;
    this.#course.stillWatched = stillWatched;
    this.#resume();
  }

  /** What is begun is the last of it. @param reason for the outcomes of the others */
  end(reason = 'the file was changed meanwhile'): void {
    this.#course.end = reason;
    this.#resume();
  }

  /** Whether a state has any action at all. */
  has(state: State): boolean {
    return this.#course.entries[state].length > 0;
  }

  /**
   * Does what is to be done in the state of the event, one after the other. Signals and limits take no time;
   * programs are bounded.
   *
   * @returns the outcomes, a printable line each: also of what failed, and why. Never rejects.
   */
  async perform(event: ActionEvent): Promise<readonly string[]> {
    const outcomes: string[] = [];
    const course = this.#course;
    for (const entry of course.entries[event.state]) {
      while (course.pause) await course.pause.over;
      const outcome = await this.#performOne(entry, event);
      if (outcome !== undefined) outcomes.push(clipMiddle(pluginText(outcome), LONGEST_LINE));
    }
    return outcomes;
  }

  /** @returns undefined if there is nothing new to say */
  async #performOne(entry: Entry, event: ActionEvent): Promise<string | undefined> {
    const { action, atMost } = entry;
    const will = intention(action, event);
    const { end } = this.#course;
    if (end !== undefined) return `did not ${will}: ${end}`;
    if (entry.isRunning) return `did not ${will}: it still goes on from before`;
    const verdict = atMost?.take((this.#options.now ?? monotonic)()) ?? 'granted';
    if (verdict === 'still-refused') return undefined;
    if (verdict === 'refused')
      return `did not ${will}: ${action.atMost ? frequencyName(action.atMost) : ''} used up`;
    if (this.#options.dryRun) return `would ${will}`;
    entry.isRunning = true;
    try {
      return await this.#do(action, event);
    } catch (error) {
      return `could not ${will}: ${reason(error, action)}`;
    } finally {
      entry.isRunning = false;
    }
  }

  async #do(action: Action, event: ActionEvent): Promise<string> {
    const { bounds = BOUNDS } = this.#options;
    const { stillWatched } = this.#course;
    const { process } = event;
    switch (action.kind) {
      case 'signal':
        return process ? sendSignal(action, { ...event, process }, stillWatched) : NO_PROCESS;
      case 'raise-limit':
        return process ? raiseLimit(action, { ...event, process }, stillWatched) : NO_PROCESS;
      case 'restart-unit':
        return restartUnit(action, bounds);
      case 'run':
        return runProgram(action, event, bounds);
    }
  }

  #resume(): void {
    this.#course.pause?.resume();
    this.#course.pause = undefined;
  }
}

const NO_PROCESS = 'nothing done: there is no process';

function entries(actions: readonly Action[]): Entry[] {
  return actions.map((action) => ({
    action,
    atMost: action.atMost && new AtMost(action.atMost),
    isRunning: false,
  }));
}

const monotonic = () => performance.now();

/** What to add, if a capability is missing. */
const CAPABILITIES: Partial<Record<Action['kind'], string>> = {
  signal: 'CAP_KILL',
  'raise-limit': 'CAP_SYS_RESOURCE',
};

function reason(error: unknown, action: Action): string {
  const { kind } = action;
  const capability = CAPABILITIES[kind];
  if (error instanceof SystemError && error.code === 'EPERM' && capability !== undefined)
    return `needs ${capability}: add it to the unit with systemctl edit`;
  return startTrouble(error, action.kind === 'run' ? action.argv : []);
}
