import { closeSync } from 'node:fs';
import {
  type BpfObject,
  pidfdIsAlive,
  pidfdOpen,
  type MappedMemory,
  SystemError,
  waitForRunningPrograms,
} from '../ffi/index.js';
import { orExhausted, RlimitEventsError } from './errors.js';
import {
  type Answer,
  decodeAnswers,
  decodeNoted,
  encodeRequest,
  type Executable,
  type Noted,
  type Request,
  REQUESTS,
} from './layout/index.js';
import type { Tasks } from './tasks.js';

/** What answers which request. */
const PROGRAMS: Record<Request['kind'], string> = {
  [REQUESTS.watch]: 'change_task',
  [REQUESTS.regroup]: 'change_task',
  [REQUESTS.settle]: 'change_task',
  [REQUESTS.observe]: 'visit_task',
  [REQUESTS.report]: 'visit_task',
  [REQUESTS.link]: 'visit_task',
  [REQUESTS.sweep]: 'visit_task',
  [REQUESTS.wake]: 'visit_task',
  [REQUESTS.shared]: 'visit_task',
  [REQUESTS.identify]: 'inspect_task',
  [REQUESTS.find]: 'inspect_task',
};

/** How often a look is tried again that met another in the kernel. */
const TRIES_WHEN_BUSY = 100;
/**
 * Children can be visited before their parents when pids have wrapped around; this is how many generations of them in
 * a row are put right.
 */
const MOST_GENERATIONS = 64;

/**
 * Asks the programs in the kernel (bpf/requests/requests.bpf.h).
 *
 * Each throws RlimitEventsError exhausted where descriptors or memory are short: then a part may be done, and doing it again
 * does all.
 */
export class Requests {
  readonly #tasks: Tasks;
  readonly #memory: MappedMemory;
  readonly #words: number;

  /** @param words of a mask of groups */
  constructor(object: BpfObject, tasks: Tasks, words: number) {
    this.#tasks = tasks;
    this.#words = words;
    this.#memory = object.memory('.data.request');
  }

  /** Tells the programs who asks: they see processes by the numbers that this one has for them. */
  introduceOwner(): void {
    this.watch(process.pid, 0);
  }

  /**
   * Gives a process a set of levels, 0 for none, and tells where it is.
   *
   * @throws RlimitEventsError no-such-process, full, busy or exhausted
   */
  watch(pid: number, set: number): Answer {
    const request = { kind: REQUESTS.watch, pid, set };
    const { answer, noted } = this.#giveTo(pid, request, { ...request, set: 0 });
    this.#linkSharers(noted);
    return answer;
  }

  /**
   * Puts a process into groups, by its number.
   *
   * @throws RlimitEventsError no-such-process, full, busy or exhausted
   */
  put(pid: number, groups: bigint): Answer {
    const request = { kind: REQUESTS.regroup, pid, groups };
    return this.#giveTo(pid, { ...request, given: groups }, { ...request, taken: groups }).answer;
  }

  /** Takes a process out of groups that it was put into, if it is still there. */
  take(pid: number, groups: bigint): void {
    this.#regroup({ kind: REQUESTS.regroup, pid, taken: groups });
  }

  /**
   * Matches everybody anew, and tells who is in one of the groups. Everything that was put into the maps
   * before is in force after this, and everybody who starts, executes or changes meanwhile is matched by
   * the programs that see that.
   *
   * @param groups the members' children are in these, too, if the group is inherited
   * @param removed nobody is in these any more, for whatever reason
   */
  matchAll(groups: bigint, removed = 0n): Answer[] {
    // A child can be visited before its parent, and then it is found the next time.
    for (let round = 0; ; round++) {
      const answers = this.#ask({ kind: REQUESTS.regroup, pid: 0, groups, removed });
      if (this.#noted().changed === 0 || round === MOST_GENERATIONS) return answers;
    }
  }

  /** Gives a process levels that were put together after it came into its groups. */
  settle(pid: number): void {
    this.#regroup({ kind: REQUESTS.settle, pid });
  }

  /** Which file a descriptor of this process is open on; undefined for none. */
  identify(fd: number): Executable | undefined {
    this.#ask({ kind: REQUESTS.identify, pid: process.pid, fd });
    const { exe } = this.#noted();
    return exe.inode === 0n ? undefined : exe;
  }

  /** The processes that run a program, watched or not; a pid of 0 is in a pid namespace of which this sees nothing. */
  running(exe: Executable): number[] {
    return this.#ask({ kind: REQUESTS.find, pid: 0, exe }).map(({ pid }) => pid);
  }

  /**
   * Finds all processes that share the account of a watched one and are not known to, and looks at everybody: one of
   * them may have ended before it was found.
   */
  linkAll(): void {
    const accounts = new Set(this.#ask({ kind: REQUESTS.shared, pid: 0 }).map(({ groups }) => groups));
    for (const account of accounts) this.#ask({ kind: REQUESTS.link, pid: 0, account });
    this.observe();
  }

  /** Makes the ring readable. */
  wake(): void {
    this.#ask({ kind: REQUESTS.wake, pid: process.pid });
  }

  /** Looks now, at one process or with 0 at all that are watched, and tells where they are. */
  report(pid = 0): Answer[] {
    return this.#ask({ kind: REQUESTS.report, pid });
  }

  /** Looks at a process, or with 0 at every one that is watched. What has changed comes as events. */
  observe(pid = 0): void {
    this.#ask({ kind: REQUESTS.observe, pid });
  }

  /** @param undo the request that takes back `request`, for when the pid turns out to be another process's */
  #giveTo(pid: number, request: Request, undo: Request): { answer: Answer; noted: Noted } {
    // As long as this is open and its process is not reaped, no other process can get the pid.
    const pidfd = openProcess(pid);
    try {
      const answer = this.#askPatiently(request);
      if (!answer) throw noSuchProcess(pid);
      const noted = this.#noted();
      // The process may have done something after the look that the answer is from, and before its levels were in
      // force: this look tells that as events.
      if (noted.changed > 0) this.observe(pid);
      // The process has ended: if its pid is watched all the same, another process has got the pid, and the levels.
      if (!pidfdIsAlive(pidfd) && this.report(pid).length > 0) {
        this.#askPatiently(undo);
        throw noSuchProcess(pid);
      }
      return { answer, noted };
    } finally {
      closeSync(pidfd);
    }
  }

  #askPatiently(request: Request): Answer | undefined {
    for (let tries = 0; tries < TRIES_WHEN_BUSY; tries++) {
      const answer = this.#ask(request)[0];
      const error = answer && answer.errno !== 0 ? new SystemError('watch', answer.errno) : undefined;
      if (!error) return answer;
      if (error.code === 'ESRCH') return undefined;
      if (error.code !== 'EBUSY' && !this.#sweep())
        throw new RlimitEventsError('full', `process ${request.pid} cannot be watched: the table is full`, {
          cause: error,
        });
    }
    throw new RlimitEventsError(
      'busy',
      `process ${request.pid} cannot be watched: it changes without a pause`,
    );
  }

  /**
   * A process that is not watched any more keeps its place in the table: a program may be at work on
   * it. When the table is full, and after those programs have ended, it can go.
   *
   * @returns whether there is room now
   */
  #sweep(): boolean {
    waitForRunningPrograms();
    return this.#ask({ kind: REQUESTS.sweep, pid: 0 }).length > 0;
  }

  /**
   * If the account of the process that was just watched has more references than the process has threads, other
   * processes may share it: these are looked for once, among all processes.
   */
  #linkSharers({ account, threads, references }: Noted): void {
    if (references > threads) this.#ask({ kind: REQUESTS.link, pid: 0, account });
  }

  #regroup(request: Request): void {
    this.#ask(request);
    if (this.#noted().changed > 0) this.observe(request.pid);
  }

  #noted(): Noted {
    return decodeNoted(this.#words, this.#memory.read());
  }

  #ask(request: Request): Answer[] {
    this.#memory.write(encodeRequest(this.#words, request));
    return decodeAnswers(this.#words, this.#tasks.run(PROGRAMS[request.kind], request.pid));
  }
}

/** Of pidfd_open(2): no process, no number of one, and a thread's (EINVAL as well, before Linux 6.16). */
const NOBODY = ['ESRCH', 'EINVAL', 'ENOENT'];

function openProcess(pid: number): number {
  try {
    return orExhausted(() => pidfdOpen(pid));
  } catch (error) {
    throw error instanceof SystemError && NOBODY.includes(error.code) ? noSuchProcess(pid, error) : error;
  }
}

function noSuchProcess(pid: number, cause?: unknown): RlimitEventsError {
  return new RlimitEventsError('no-such-process', `there is no process ${pid}`, { cause });
}
