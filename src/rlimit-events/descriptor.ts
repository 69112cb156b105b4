import { type FdWatch, type RingBuffer, watchFd as watchFdInNode, type WatchFd } from '../ffi/index.js';
import type { AttachMode } from './loading/modes/index.js';
import { monotonicClock } from './clock.js';
import { RlimitEventsError } from './errors.js';
import type { RlimitEvent, Watched } from './events.js';
import type { Resource } from '../resources/index.js';
import type { Group, GroupOptions } from './membership/group.js';
import { FEW_GROUPS, MAX_GROUPS } from './layout/index.js';
import type { LevelSet, ProcessLevel } from './level-sets.js';
import { compareLevels, formatLevel, type Level } from './levels.js';
import { type Match, MATCH_KINDS } from './match.js';
import type { Needs } from './loading/object.js';
import { OneResource } from './one-resource.js';

/** Milliseconds until what could not be done, for want of descriptors or memory, is tried again. */
const PAUSE = 1000;

/** Bytes, and of events of a resource with many groups. */
const QUEUE = 256 * 1024;
const LONG_QUEUE = 4 * QUEUE;

export interface OpenOptions {
  /** How the kernel is watched. Default `auto`: the cheapest way that works here. */
  readonly attach?: AttachMode | 'auto';
  /** What is opened at once; others are at their first level. Default: open files alone. At least one. */
  readonly resources?: readonly [Resource, ...Resource[]];
  /** How many processes can be watched at once for each resource, children included. Default 16384. */
  readonly processes?: number;
  /**
   * How many bytes of each resource's events can wait to be read: a power of two. Default 256 KiB, some 3,000 events;
   * 1 MiB where there can be more than 64 groups, whose events are longer.
   */
  readonly queueBytes?: number;
  /**
   * How many groups each resource can have, at most 1,024. Default 64; with more, the kernel needs 10 MiB more for the
   * resource, and whoever is in a group a little longer.
   */
  readonly groups?: Readonly<Partial<Record<Resource, number>>>;
  /**
   * What groups are going to be matched by; default: anything. Opening takes some 15 milliseconds less
   * for each of `command`, `user` and `cgroup` that is not in it.
   */
  readonly matches?: readonly Match['kind'][];
  /**
   * Default true. False: nothing is attached to the kernel, and there are no events, only what watch(), the matches of
   * a group and report() tell of the moment at which they are called. Opening takes half of the time then.
   */
  readonly events?: boolean;
  /**
   * A file with the kernel's types (BTF), for a kernel that was built without. Default: the kernel's own, or a file by
   * its release in /etc/check_rlimit_passive/btf or /lib/modules.
   */
  readonly btfFile?: string | undefined;
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

/**
 * The rlimit-event descriptor: readable when a watched process crosses a level.
 *
 * Each has its own programs and levels in the kernel, for each resource that it watches. They go when it is closed,
 * and when this process ends, however it ends.
 */
export class RlimitEvents {
  readonly #attach: AttachMode | 'auto';
  readonly #needs: Omit<Needs, 'groups' | 'queueBytes'>;
  readonly #groups: NonNullable<OpenOptions['groups']>;
  readonly #queueBytes: number | undefined;
  readonly #resources = new Map<Resource, OneResource>();
  #ring: RingBuffer | undefined;
  readonly #watch: FdWatch;
  readonly #onEvent: (event: RlimitEvent) => void;
  readonly #toWallClock = monotonicClock();
  #isPatient = false;
  #later: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param onEvent is called for each event: of one resource in the order in which the kernel saw them
   * @throws RlimitEventsError not-permitted, no-btf, unsupported, busy or exhausted; LibraryMissingError
   */
  constructor(onEvent: (event: RlimitEvent) => void, options: OpenOptions = {}) {
    this.#onEvent = onEvent;
    this.#attach = options.attach ?? 'auto';
    this.#groups = options.groups ?? {};
    this.#queueBytes = options.queueBytes;
    this.#needs = {
      processes: options.processes ?? 16_384,
      matches: options.matches ?? MATCH_KINDS,
      events: options.events ?? true,
      btfFile: options.btfFile,
    };
    try {
      for (const resource of options.resources ?? ['nofile']) this.#of(resource);
      this.#watch = (options.watchFd ?? watchFdInNode)(this.fd, () => {
        this.#setPatience(false);
        this.#read();
      });
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** How the kernel is watched, if it is; resources for which another mode is the cheapest can have that. */
  get attach(): AttachMode {
    const [first] = this.#resources.values();
    if (!first) throw new Error('a descriptor has a resource');
    return first.attach;
  }

  /** The file that the kernel's types are from, where they are not its own. */
  get typesFrom(): string | undefined {
    const [first] = this.#resources.values();
    return first?.typesFrom;
  }

  /** Why something may be missed on this kernel in the attach mode that was asked for; undefined: it is exact. */
  get mayMiss(): string | undefined {
    return [...this.#resources.values()].map(({ mayMiss }) => mayMiss).find((reason) => reason !== undefined);
  }

  /**
   * What could not be tried of the attach mode when the descriptor was opened, and why, as of a user who is at his limit;
   * undefined: it is proven to see everything.
   */
  get unproven(): string | undefined {
    const all = [...this.#resources.values()].map(({ unproven }) => unproven);
    const some = all.filter((reason) => reason !== undefined);
    return some.length === 0 ? undefined : some.join('; ');
  }

  /**
   * Asks the kernel whether it has left out a program that it must not, and tells it as a loss. Call it now and
   * then, to be sure. It costs a system call for each program.
   */
  check(): void {
    if (this.#closed) return;
    const skipping = [...this.#resources.values()].filter((each) => each.checkSkips());
    if (skipping.length > 0) this.#read();
  }

  /** The descriptor itself, for poll(2) and epoll(7). Reading is done here: see onEvent. */
  get fd(): number {
    if (!this.#ring) throw new Error('a descriptor has a resource');
    return this.#ring.fd;
  }

  /**
   * Gives a process its levels, in place of those it has. What it does after the returned value was
   * read is told as events, so that nothing falls in between. Its children of before keep what they have.
   *
   * @throws RlimitEventsError no-such-process, full, busy or exhausted; LevelError
   */
  watch(pid: number, { resource, levels, step = 0, inherit = true, tag = '' }: WatchOptions): Watched {
    const set: LevelSet = {
      levels: levels.map((level) => ({ level, inherit })),
      step,
      inheritStep: inherit,
      tag,
    };
    return this.#of(resource).watch(pid, set);
  }

  /**
   * Adds a level to those that a process has. One that it has already is changed in `inherit` at most.
   *
   * @throws RlimitEventsError no-such-process, full, busy or exhausted; LevelError
   */
  addLevel(pid: number, resource: Resource, level: Level, { inherit = true } = {}): Watched {
    const set = this.#of(resource).setOf(pid);
    return this.#of(resource).watch(pid, {
      ...set,
      levels: [...without(set.levels, level), { level, inherit }],
    });
  }

  /**
   * Takes one level away.
   *
   * @throws RlimitEventsError no-such-process or no-such-level
   */
  removeLevel(pid: number, resource: Resource, level: Level): Watched {
    const set = this.#of(resource).setOf(pid);
    const levels = without(set.levels, level);
    if (levels.length === set.levels.length)
      throw new RlimitEventsError('no-such-level', `process ${pid} has no level ${formatLevel(level)}`);
    return this.#of(resource).watch(pid, { ...set, levels });
  }

  /** Tells every multiple of a step as well: 1 for every unit of change, 0 for no more. */
  setStep(pid: number, resource: Resource, step: number, { inherit = true } = {}): Watched {
    return this.#of(resource).watch(pid, { ...this.#of(resource).setOf(pid), step, inheritStep: inherit });
  }

  /** Takes everything away: the process is not watched any more. @throws RlimitEventsError no-such-process */
  unwatch(pid: number, resource: Resource): void {
    this.#of(resource).unwatch(pid);
  }

  /**
   * Makes a group, without members: what its matches are going to match.
   *
   * @param name of its own among those of the resource; it comes with every event of a member
   * @throws RlimitEventsError full when the resource has all that the descriptor was opened for, or one of this name; LevelError
   */
  addGroup(name: string, options: GroupOptions): Group {
    return this.#of(options.resource).addGroup(name, options);
  }

  /** Whether the kernel watches a process at this moment; it may be for no level at all. */
  isWatched(pid: number, resource: Resource): boolean {
    return this.#of(resource).isWatched(pid);
  }

  /** The levels of a process, from low to high; none when it is not watched. */
  levels(pid: number, resource: Resource): readonly ProcessLevel[] {
    return this.#of(resource).setOf(pid).levels;
  }

  /** How many levels a process has. */
  levelCount(pid: number, resource: Resource): number {
    return this.levels(pid, resource).length;
  }

  /** Where every watched process is now, for each resource that it is watched for. */
  report(): Watched[] {
    this.#mustBeOpen();
    return [...this.#resources.values()].flatMap((each) => each.report());
  }

  /** Hands over at once what has happened so far, and not only when the event loop comes to it. */
  tellNow(): void {
    this.#mustBeOpen();
    this.#read();
  }

  /**
   * Whoever is patient comes by himself, by tellNow(), for processes that just come and go: the descriptor is not readable
   * for one that starts, executes, ends or comes into other groups, if it is less than a second old and has reached no
   * level. It is readable for everything else, and when a quarter of the queue is full. That is the end of patience.
   *
   * What has happened so far is told.
   */
  bePatient(isPatient: boolean): void {
    this.#mustBeOpen();
    this.#setPatience(isPatient);
    // After that, so that nobody waits for a wake-up who came before it.
    this.#read();
  }

  get isPatient(): boolean {
    return this.#isPatient;
  }

  /** Removes everything from the kernel. No event comes after this. Closing twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#isPatient = false;
    clearTimeout(this.#later);
    this.#watch.close();
    this.#release();
  }

  #release(): void {
    this.#ring?.close();
    for (const each of this.#resources.values()) each.close();
  }

  /** A method, since the compiler does not see that a listener can call close(). */
  #isClosed(): boolean {
    return this.#closed;
  }

  #setPatience(isPatient: boolean): void {
    if (isPatient === this.#isPatient) return;
    this.#isPatient = isPatient;
    for (const each of this.#resources.values()) each.bePatient(isPatient);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new RlimitEventsError('closed', 'the descriptor is closed');
  }

  /** What watches a resource, which is opened if it is not yet. */
  #of(resource: Resource): OneResource {
    this.#mustBeOpen();
    const known = this.#resources.get(resource);
    if (known) return known;
    const opened = new OneResource(resource, this.#attach, this.#needsOf(resource), {
      onEvent: (event) => {
        if (!this.#isClosed()) this.#onEvent(event);
      },
      toWallClock: this.#toWallClock,
    });
    try {
      this.#ring = opened.joinRing(this.#ring);
    } catch (error) {
      opened.close();
      throw error;
    }
    this.#resources.set(resource, opened);
    return opened;
  }

  #needsOf(resource: Resource): Needs {
    const groups = this.#groups[resource] ?? FEW_GROUPS;
    if (groups > MAX_GROUPS)
      throw new RlimitEventsError('full', `a resource can have ${MAX_GROUPS} groups: use another descriptor`);
    const queueBytes = this.#queueBytes ?? (groups > FEW_GROUPS ? LONG_QUEUE : QUEUE);
    return { ...this.#needs, groups, queueBytes };
  }

  #read(): void {
    for (const each of this.#resources.values()) each.begin();
    const { isEmpty } = this.#ring?.consume() ?? { isEmpty: true };
    for (const each of this.#resources.values()) {
      if (this.#isClosed()) return;
      each.settle();
      this.#tellLoss(each, isEmpty);
    }
    if (this.#isClosed()) return;
    for (const each of this.#resources.values()) each.end();
    clearTimeout(this.#later);
    if ([...this.#resources.values()].some(({ isDue }) => isDue))
      this.#later = setTimeout(() => {
        this.#read();
      }, PAUSE);
  }

  #tellLoss(resource: OneResource, isEmpty: boolean): void {
    const loss = resource.takeLoss(isEmpty);
    if (loss) {
      resource.oweState();
      this.#onEvent({ type: 'lost', ...loss });
    }
    if (this.#isClosed() || !resource.owesState) return;
    // A state event lists the processes of all resources: a process that is missing there counts as ended.
    const others = [...this.#resources.values()].filter((each) => each !== resource);
    resource.recover(
      () => others.flatMap((each) => each.report()),
      (processes) => {
        this.#onEvent({ type: 'state', processes });
      },
    );
  }
}

function without(levels: readonly ProcessLevel[], level: Level): ProcessLevel[] {
  return levels.filter((each) => compareLevels(each.level, level) !== 0);
}
