import { RingBuffer, type MappedMemory } from '../ffi/index.js';
import type { AttachMode } from './loading/modes/index.js';
import { toEvent } from './decode.js';
import { isExhausted } from './errors.js';
import type { RlimitEvent, Watched } from './events.js';
import type { Resource } from '../resources/index.js';
import type { Group, GroupOptions } from './membership/group.js';
import { Groups } from './membership/groups.js';
import {
  type Answer,
  decodeChores,
  decodeEvent,
  decodeLosses,
  PATIENT,
  type RawEvent,
  recordSize,
  WOKEN,
} from './layout/index.js';
import type { LevelSet } from './level-sets.js';
import { type Loss, lossBetween, NO_CHORES, NO_LOSSES } from './losses.js';
import type { Needs } from './loading/object.js';
import { mayMiss } from './loading/may-miss.js';
import { open, type Opened } from './loading/opened.js';

const NO_GROUPS: readonly string[] = [];
const NOTHING: LevelSet = { levels: [], step: 0, inheritStep: false, tag: '' };

/** What the records become is handed to this. */
export interface Listener {
  onEvent(event: RlimitEvent): void;
  /** Milliseconds since 1970 of so many ns of CLOCK_MONOTONIC. */
  toWallClock(nanoseconds: bigint): number;
}

/**
 * What watches one resource: a kernel object of its own, which is fixed to the resource when it is loaded. So a
 * resource that nobody asks for costs nothing, and none pays for another.
 */
export class OneResource {
  readonly #resource: Resource;
  readonly #kernel: Opened;
  readonly #losses: MappedMemory;
  readonly #queueRecords: number;
  readonly #listener: Listener;
  /** As the kernel had them when the batch began, and what they say: nearly always what they have said before. */
  #numbers: Uint8Array = new Uint8Array(WOKEN);
  #counted = NO_LOSSES;
  #chores = NO_CHORES;
  #skips = 0;
  /** How often something was short, and whether what was to be done then is still to be made up for. */
  #shortages = 0;
  #isBehind = false;
  /** A loss was told, and who is watched is still to be. */
  #owesState = false;
  /** What was told of these, and done. */
  #lost = NO_LOSSES;
  #done = NO_CHORES;
  #read = 0;
  #readSinceLoss = 0;
  #groups: Groups | undefined;
  #closed = false;

  /** @throws RlimitEventsError not-permitted, no-btf, unsupported or busy; LibraryMissingError */
  constructor(resource: Resource, attach: AttachMode | 'auto', needs: Needs, listener: Listener) {
    this.#resource = resource;
    this.#listener = listener;
    this.#kernel = open(resource, attach, needs);
    this.#queueRecords = needs.queueBytes / recordSize(this.#kernel.words);
    this.#losses = this.#kernel.object.memory('.data.losses');
  }

  /** Why it may miss something in its attach mode, or undefined. */
  get mayMiss(): string | undefined {
    const { plan } = this.#kernel;
    return plan.attached.length === 0 ? undefined : mayMiss(plan);
  }

  /** What of its attach mode could not be tried, and why, or undefined. */
  get unproven(): string | undefined {
    const { untried } = this.#kernel;
    return untried.length === 0 ? undefined : untried.map(({ text }) => text).join('; ');
  }

  /** The file that the kernel's types are from; undefined: they are its own. */
  get typesFrom(): string | undefined {
    return this.#kernel.types.file;
  }

  get attach(): AttachMode {
    return this.#kernel.plan.mode;
  }

  /** Puts its records among those that a ring reads, or into a new one. */
  joinRing(ring: RingBuffer | undefined): RingBuffer {
    const fd = this.#kernel.object.mapFd('events');
    const { words } = this.#kernel;
    const onRecord = (record: DataView) => {
      this.#receive(decodeEvent(words, record));
    };
    if (!ring) return new RingBuffer(fd, onRecord);
    ring.add(fd, onRecord);
    return ring;
  }

  /** Gives a process its levels. @throws RlimitEventsError no-such-process, full or busy; LevelError */
  watch(pid: number, set: LevelSet): Watched {
    const { requests, sets } = this.#kernel;
    return this.#watched(requests.watch(pid, sets.numberOf(set)));
  }

  /** @throws RlimitEventsError no-such-process */
  unwatch(pid: number): void {
    this.#kernel.requests.watch(pid, 0);
  }

  /** What a process is watched for. */
  setOf(pid: number): LevelSet {
    const { requests, sets } = this.#kernel;
    const answer = requests.report(pid)[0];
    if (!answer) return NOTHING;
    return sets.get(answer.set) ?? this.#groups?.levelsOf(answer.groups) ?? NOTHING;
  }

  /** Whether the kernel watches the process, by levels of its own or as a member of a group. */
  isWatched(pid: number): boolean {
    const answer = this.#kernel.requests.report(pid)[0];
    return answer !== undefined && (answer.set !== 0 || answer.groups !== 0n);
  }

  addGroup(name: string, options: GroupOptions): Group {
    this.#groups ??= new Groups(this.#kernel, (answer) => this.#watched(answer));
    return this.#groups.add(name, options);
  }

  /** Where every watched process is now. */
  report(): Watched[] {
    return this.#kernel.requests.report().map((answer) => this.#watched(answer));
  }

  /** Whether the kernel may leave records in the ring without a wake-up. When it may not any more, the ring is to be read. */
  bePatient(isPatient: boolean): void {
    this.#losses.setNumber(PATIENT, Number(isPatient));
  }

  /**
   * Before a batch is read: asks the kernel what has been lost, and what there is to do. Of a loss that is counted by now,
   * all that came before it is in the queue, or has been read.
   */
  begin(): void {
    // The mark comes first, so that what is counted after this wakes the reader again.
    this.#losses.setNumber(WOKEN, 0);
    if (!this.#losses.isOther(this.#numbers, WOKEN)) return;
    this.#numbers = this.#losses.read();
    const losses = decodeLosses(this.#numbers);
    this.#counted = { ...losses, keptOut: losses.keptOut + this.#skips, shortage: this.#shortages };
    this.#chores = decodeChores(this.#numbers);
  }

  /** What only user space can do is done here, after all of a batch have been read. */
  settle(): void {
    this.#orLater(() => {
      const done = this.#done;
      const chores = this.#chores;
      const isBehind = this.#isBehind;
      if (isBehind || chores.link !== done.link) this.#kernel.requests.linkAll();
      else if (chores.observe !== done.observe) this.#kernel.requests.observe();
      if (isBehind || chores.match !== done.match) this.#groups?.matchAgain();
      this.#groups?.settle();
      this.#done = chores;
      this.#isBehind = false;
    });
  }

  /** Whether the next batch is to be read soon, though nobody is woken for it: something is still to be done. */
  get isDue(): boolean {
    return this.#isBehind || this.#owesState;
  }

  /**
   * After all of a batch have been told. The wake-up for what was counted since begin() may have been read with it, or
   * have found the queue full: so that is woken for again.
   */
  end(): void {
    if (!this.#losses.isOther(this.#numbers, WOKEN)) return;
    this.#orLater(() => {
      this.#kernel.requests.wake();
    });
  }

  /**
   * Asks the kernel how often it has left out a program that it must not.
   *
   * @returns whether it has since this was asked last: then takeLoss() tells it
   */
  checkSkips(): boolean {
    const { plan, object } = this.#kernel;
    const before = this.#skips;
    this.#skips = plan.counted.reduce((sum, program) => sum + object.timesSkipped(program), 0);
    if (this.#skips === before) return false;
    this.#counted = { ...this.#counted, keptOut: this.#counted.keptOut + this.#skips - before };
    return true;
  }

  /**
   * The loss that is to be told now; undefined if there is none, or if events that came before it are still in the
   * queue. The queue has been read past the loss when it is empty or, if it never is, when as many records have been
   * read as it can hold.
   */
  takeLoss(isEmpty: boolean): Loss | undefined {
    const read = this.#read;
    this.#read = 0;
    const counted = this.#counted;
    if (counted === this.#lost) return undefined;
    const loss = lossBetween(this.#lost, counted);
    if (!loss) return undefined;
    this.#readSinceLoss += read;
    if (!isEmpty && this.#readSinceLoss < this.#queueRecords) return undefined;
    this.#readSinceLoss = 0;
    this.#lost = counted;
    return loss;
  }

  /** A loss has been told: recover() is called until it has told who is watched. */
  oweState(): void {
    this.#owesState = true;
  }

  get owesState(): boolean {
    return this.#owesState;
  }

  /**
   * After a loss has been told: tells every process that is watched, and gives their levels to processes whose entry
   * into a group was among the lost events.
   *
   * @param others those of other resources
   */
  recover(others: () => Watched[], tell: (processes: readonly Watched[]) => void): void {
    const seen = this.#orLater(() => ({ answers: this.#kernel.requests.report(), others: others() }));
    if (!seen) return;
    this.#owesState = false;
    tell([...seen.answers.map((answer) => this.#watched(answer)), ...seen.others]);
    if (this.#isClosed()) return;
    this.#orLater(() => {
      this.#groups?.recover(seen.answers);
      // The skipped program may have been the one that matches a process at its execve.
      if (this.#kernel.plan.unguarded.length > 0) this.#groups?.matchAgain();
    });
  }

  /**
   * Where descriptors or memory are short, that is a loss, and all that may not have been done is done with one of the next
   * batches.
   */
  #orLater<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isExhausted(error)) throw error;
      if (!this.#isBehind) this.#shortages++;
      this.#counted = { ...this.#counted, shortage: this.#shortages };
      this.#isBehind = true;
      return undefined;
    }
  }

  /** After the ring is closed. */
  close(): void {
    this.#closed = true;
    this.#kernel.object.close();
  }

  /** A method, since the compiler does not see that a listener can call close(). */
  #isClosed(): boolean {
    return this.#closed;
  }

  #watched({ pid, name, value, limit, set, groups }: Answer): Watched {
    const tag = this.#kernel.sets.get(set)?.tag ?? '';
    return { pid, resource: this.#resource, name, value, limit, tag, groups: this.#namesOf(groups) };
  }

  #namesOf(groups: bigint): readonly string[] {
    return this.#groups?.namesOf(groups) ?? NO_GROUPS;
  }

  #receive(raw: RawEvent): void {
    this.#read += 1;
    // A listener has closed the descriptor while further records of the same batch were still to be read.
    if (this.#closed) return;
    const time = this.#listener.toWallClock(raw.time);
    if (!this.#groups) {
      this.#tell(toEvent(this.#resource, raw, this.#kernel.sets.get(raw.set), NO_GROUPS, time));
      return;
    }
    const groups = this.#groups.namesOf(raw.groups);
    for (const each of this.#groups.translate(raw))
      this.#tell(toEvent(this.#resource, each.raw, each.set, groups, time));
  }

  #tell(event: RlimitEvent | undefined): void {
    if (event && !this.#isClosed()) this.#listener.onEvent(event);
  }
}
