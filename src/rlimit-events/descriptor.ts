import { type BpfMap, type FdWatch, watchFd as watchFdInNode, type WatchFd } from '../ffi/index.js';
import { type AttachMode, MATCH_KINDS } from './attach.js';
import { monotonicClock } from './clock.js';
import { toEvent } from './decode.js';
import { RlimitEventsError } from './errors.js';
import type { Resource, RlimitEvent, Watched } from './events.js';
import type { Group, GroupOptions } from './group.js';
import { Groups } from './groups.js';
import { type Answer, decodeLosses, encodeU32, type RawEvent, RECORD_SIZE } from './layout.js';
import type { LevelSet, ProcessLevel } from './level-sets.js';
import { compareLevels, formatLevel, type Level } from './levels.js';
import type { Match } from './matches.js';
import { open, type Opened } from './opened.js';

export interface OpenOptions {
  /** How the kernel is watched. Default `auto`: the cheapest way that works here. */
  readonly attach?: AttachMode | 'auto';
  /** How many processes can be watched at once, children included. Default 16384. */
  readonly processes?: number;
  /** How many bytes of events can wait to be read: a power of two. Default 256 KiB, some 3,000 events. */
  readonly queueBytes?: number;
  /**
   * What groups are going to be matched by; default: anything. Opening takes some 15 milliseconds less
   * for each of `command`, `user` and `cgroup` that is not in it.
   */
  readonly matches?: readonly Match['kind'][];
  /** How a descriptor is waited for; given by tests. */
  readonly watchFd?: WatchFd;
}

export interface WatchOptions {
  readonly resource: Resource;
  /** At most 64. They replace those that the process has. */
  readonly levels: readonly Level[];
  /** Tell every multiple of this, too: 1 for every unit of change. Default 0, none. */
  readonly step?: number;
  /** Whether children, and theirs, get the same at their birth. Default true. */
  readonly inherit?: boolean;
  /** Comes back with every event of the process and of its children. */
  readonly tag?: string;
}

const NO_GROUPS: readonly string[] = [];
const NOTHING: LevelSet = { levels: [], step: 0, inheritStep: false, tag: '' };

/**
 * The rlimit-event descriptor: readable when a watched process crosses a level.
 *
 * Each has its own programs and levels in the kernel. They go when it is closed, and when this
 * process ends, however it ends.
 */
export class RlimitEvents {
  readonly #kernel: Opened;
  readonly #losses: BpfMap;
  readonly #queueRecords: number;
  readonly #watch: FdWatch;
  readonly #onEvent: (event: RlimitEvent) => void;
  readonly #toWallClock = monotonicClock();
  #lost = { events: 0, children: 0 };
  #readSinceLoss = 0;
  #limitTouched = false;
  #groupsMissed = false;
  readonly #sharedTables = new Set<bigint>();
  #groups: Groups | undefined;
  #closed = false;

  /**
   * @param onEvent is called for each event, in the order in which the kernel saw them
   * @throws RlimitEventsError not-permitted, no-btf or unsupported; LibraryMissingError
   */
  constructor(onEvent: (event: RlimitEvent) => void, options: OpenOptions = {}) {
    this.#onEvent = onEvent;
    const queueBytes = options.queueBytes ?? 256 * 1024;
    this.#queueRecords = queueBytes / RECORD_SIZE;
    this.#kernel = open(
      options.attach ?? 'auto',
      { processes: options.processes ?? 16_384, queueBytes, matches: options.matches ?? MATCH_KINDS },
      (raw) => {
        this.#receive(raw);
      },
    );
    this.#losses = this.#kernel.object.map('losses');
    this.#watch = (options.watchFd ?? watchFdInNode)(this.fd, () => {
      this.#read();
    });
  }

  /** How the kernel is watched. */
  get attach(): AttachMode {
    return this.#kernel.mode;
  }

  /** The descriptor itself, for poll(2) and epoll(7). Reading is done here: see onEvent. */
  get fd(): number {
    return this.#kernel.ring.fd;
  }

  /**
   * Gives a process its levels, in place of those it has. What it does after the returned value was
   * read is told as events, so that nothing falls in between. Its children of before keep what they have.
   *
   * @throws RlimitEventsError no-such-process, full or busy; LevelError
   */
  watch(pid: number, { resource, levels, step = 0, inherit = true, tag = '' }: WatchOptions): Watched {
    const set = { levels: levels.map((level) => ({ level, inherit })), step, inheritStep: inherit, tag };
    return this.#give(pid, resource, set);
  }

  /**
   * Adds a level to those that a process has. One that it has already is changed in `inherit` at most.
   *
   * @throws RlimitEventsError no-such-process, full or busy; LevelError
   */
  addLevel(pid: number, resource: Resource, level: Level, { inherit = true } = {}): Watched {
    const set = this.#setOf(pid, resource);
    return this.#give(pid, resource, { ...set, levels: [...without(set.levels, level), { level, inherit }] });
  }

  /**
   * Takes one level away.
   *
   * @throws RlimitEventsError no-such-process or no-such-level
   */
  removeLevel(pid: number, resource: Resource, level: Level): Watched {
    const set = this.#setOf(pid, resource);
    const levels = without(set.levels, level);
    if (levels.length === set.levels.length)
      throw new RlimitEventsError('no-such-level', `process ${pid} has no level ${formatLevel(level)}`);
    return this.#give(pid, resource, { ...set, levels });
  }

  /** Tells every multiple of a step as well: 1 for every unit of change, 0 for no more. */
  setStep(pid: number, resource: Resource, step: number, { inherit = true } = {}): Watched {
    return this.#give(pid, resource, { ...this.#setOf(pid, resource), step, inheritStep: inherit });
  }

  /** Takes everything away: the process is not watched any more. @throws RlimitEventsError no-such-process */
  unwatch(pid: number, resource: Resource): void {
    this.#open.requests.watch(pid, resource, 0);
  }

  /**
   * Makes a group, without members: what its matches are going to match.
   *
   * @param name of its own; it comes with every event of a member
   * @throws RlimitEventsError full when there are 64 already, or one of this name; LevelError
   */
  addGroup(name: string, options: GroupOptions): Group {
    const kernel = this.#open;
    this.#groups ??= new Groups(kernel, (answer) => this.#watched(answer));
    return this.#groups.add(name, options);
  }

  /** The levels of a process, from low to high; none when it is not watched. */
  levels(pid: number, resource: Resource): readonly ProcessLevel[] {
    return this.#setOf(pid, resource).levels;
  }

  /** How many levels a process has. */
  levelCount(pid: number, resource: Resource): number {
    return this.levels(pid, resource).length;
  }

  /** Where every watched process is now. */
  report(): Watched[] {
    return this.#open.requests.report(0, 'nofile').map((answer) => this.#watched(answer));
  }

  /** Removes everything from the kernel. No event comes after this. Closing twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    this.#kernel.ring.close();
    this.#kernel.object.close();
  }

  /** A method, since the compiler does not see that a listener can call close(). */
  #isClosed(): boolean {
    return this.#closed;
  }

  get #open(): Opened {
    if (this.#closed) throw new RlimitEventsError('closed', 'the descriptor is closed');
    return this.#kernel;
  }

  #give(pid: number, resource: Resource, set: LevelSet): Watched {
    const { requests, sets } = this.#open;
    return this.#watched(requests.watch(pid, resource, sets.numberOf(set)));
  }

  #setOf(pid: number, resource: Resource): LevelSet {
    const { requests, sets } = this.#open;
    const answer = requests.report(pid, resource)[0];
    if (!answer) return NOTHING;
    return sets.get(answer.set) ?? this.#groups?.levelsOf(answer.groups) ?? NOTHING;
  }

  #watched({ pid, name, value, limit, set, groups }: Answer): Watched {
    const tag = this.#kernel.sets.get(set)?.tag ?? '';
    return { pid, resource: 'nofile', name, value, limit, tag, groups: this.#namesOf(groups) };
  }

  #namesOf(groups: bigint): readonly string[] {
    return this.#groups?.namesOf(groups) ?? NO_GROUPS;
  }

  #read(): void {
    const { records, isEmpty } = this.#kernel.ring.consume();
    if (this.#isClosed()) return;
    if (this.#limitTouched) {
      this.#limitTouched = false;
      this.#kernel.requests.observe();
    }
    for (const files of this.#sharedTables) this.#kernel.requests.link(files);
    this.#sharedTables.clear();
    if (this.#groupsMissed) {
      this.#groupsMissed = false;
      this.#groups?.matchAgain();
    }
    this.#groups?.settle();
    this.#noticeLosses(isEmpty ? Infinity : records);
  }

  /**
   * Losses are told when everything has been told that came before them: when the queue is empty or,
   * while it never is, when as many records have been read as it can hold.
   */
  #noticeLosses(records: number): void {
    const bytes = new Uint8Array(16);
    this.#losses.get(encodeU32(0), bytes);
    const { events, children } = decodeLosses(bytes);
    const count = events - this.#lost.events;
    const unwatchedChildren = children - this.#lost.children;
    if (count === 0 && unwatchedChildren === 0) return;
    this.#readSinceLoss += records;
    if (this.#readSinceLoss < this.#queueRecords) return;
    this.#readSinceLoss = 0;
    this.#lost = { events, children };
    this.#onEvent({ type: 'lost', count, unwatchedChildren });
    if (this.#isClosed()) return;
    const answers = this.#kernel.requests.report(0, 'nofile');
    this.#onEvent({ type: 'state', processes: answers.map((answer) => this.#watched(answer)) });
    if (!this.#isClosed()) this.#groups?.recover(answers);
  }

  #receive(raw: RawEvent): void {
    // A listener has closed it, and more was on its way.
    if (this.#closed) return;
    if (raw.type === 'limit-touched') this.#limitTouched = true;
    if (raw.type === 'groups-missed') this.#groupsMissed = true;
    if (raw.type === 'table-shared') this.#sharedTables.add(raw.groups);
    if (!this.#groups) {
      this.#tell(toEvent(raw, this.#kernel.sets.get(raw.set), NO_GROUPS, this.#toWallClock(raw.time)));
      return;
    }
    const groups = this.#groups.namesOf(raw.groups);
    for (const each of this.#groups.translate(raw))
      this.#tell(toEvent(each.raw, each.set, groups, this.#toWallClock(raw.time)));
  }

  #tell(event: RlimitEvent | undefined): void {
    if (event && !this.#isClosed()) this.#onEvent(event);
  }
}

function without(levels: readonly ProcessLevel[], level: Level): ProcessLevel[] {
  return levels.filter((each) => compareLevels(each.level, level) !== 0);
}
