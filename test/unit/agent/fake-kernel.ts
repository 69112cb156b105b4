import type { Descriptor, Kernel } from '../../../src/agent/index.js';
import type { Held } from '../../../src/holdings/index.js';
import {
  RlimitEventsError,
  type Group,
  type GroupOptions,
  type OpenOptions,
  type RlimitEvent,
  type Watched,
} from '../../../src/rlimit-events/index.js';

const LIMIT = 1024;

/** A process that a test tells of. */
interface FakeProcess {
  readonly pid: number;
  readonly value: number;
}

/** A descriptor of no kernel: it knows the processes that a test gives it, each in the group that asked for its pid. */
export class FakeDescriptor implements Descriptor {
  readonly attach = 'fentry';
  readonly mayMiss = undefined;
  readonly unproven = undefined;
  /** How often it was asked whether the kernel has left something out. */
  checks = 0;
  isOpen = true;
  isPatient = false;
  /** How often it was readable. */
  wakeups = 0;
  readonly #onEvent: (event: RlimitEvent) => void;
  readonly #values: Map<number, number>;
  readonly #ended = new Set<number>();
  readonly #queue: (() => void)[] = [];
  readonly #groups = new Map<number, Pick<Watched, 'resource' | 'groups'>>();
  /** The last that was made. */
  #group: Pick<Watched, 'resource' | 'groups'> = { resource: 'nofile', groups: [] };

  readonly #kernel: Pick<FakeKernel, 'meanwhile' | 'matched'>;

  constructor(
    onEvent: (event: RlimitEvent) => void,
    processes: readonly FakeProcess[],
    kernel: Pick<FakeKernel, 'meanwhile' | 'matched'>,
  ) {
    this.#onEvent = onEvent;
    this.#kernel = kernel;
    this.#values = new Map(processes.map(({ pid, value }) => [pid, value]));
  }

  addGroup(name: string, { resource }: GroupOptions): Group {
    this.#group = { resource, groups: [name] };
    const add = (pid: number): Watched => {
      this.#groups.set(pid, { resource, groups: [name] });
      const watched = this.#watched(pid);
      this.#kernel.meanwhile(this);
      return watched;
    };
    const nothing = () => undefined;
    return {
      name,
      add,
      match: () => this.#kernel.matched.map(add),
      running: () => [],
      unmatch: nothing,
      drop: nothing,
      identify: nothing,
      remove: nothing,
    };
  }

  report(): Watched[] {
    return [...this.#groups.keys()].filter((pid) => this.isWatched(pid)).map((pid) => this.#watched(pid));
  }

  tellNow(): void {
    for (const tell of this.#queue.splice(0)) tell();
  }

  bePatient(isPatient: boolean): void {
    this.isPatient = isPatient;
    this.tellNow();
  }

  isWatched(pid: number): boolean {
    if (!this.isOpen) throw new RlimitEventsError('closed', 'the descriptor is closed');
    return this.#values.has(pid) && !this.#ended.has(pid);
  }

  check(): void {
    this.checks++;
  }

  close(): void {
    this.isOpen = false;
  }

  /** The process crosses a level on its way to this value. */
  becomes(pid: number, value: number): void {
    this.becomesUntold(pid, value);
    this.#wake();
  }

  /** A process of the last group begins, and has so much. */
  comes(pid: number, value = 3): void {
    this.#groups.set(pid, this.#group);
    this.#values.set(pid, value);
    const started = { type: 'process-started', parent: 1, time: Date.now(), ...this.#watched(pid) } as const;
    this.#tellCalmly(started);
  }

  /** It ends. */
  goes(pid: number): void {
    const { tag, groups, resource } = this.#watched(pid);
    this.#values.delete(pid);
    this.#groups.delete(pid);
    this.#tellCalmly({ type: 'process-ended', pid, tag, groups, resource, time: Date.now() });
  }

  /** The same, and its event waits to be read. */
  becomesUntold(pid: number, value: number): void {
    const before = this.#values.get(pid) ?? 0;
    this.#values.set(pid, value);
    const event: RlimitEvent = {
      ...{ type: 'level', direction: value > before ? 'up' : 'down', level: value },
      ...{ asked: { kind: 'value', value }, time: Date.now(), ...this.#watched(pid) },
    };
    this.#queue.push(() => {
      this.#onEvent(event);
    });
  }

  /** The kernel has kept a program from running so many times. */
  misses(count: number): void {
    const places = { keptOut: count };
    this.#onEvent({ type: 'lost', count: 0, unwatchedChildren: 0, missedLooks: count, places });
  }

  /** The process has ended; what it did before is told yet. */
  loses(pid: number): void {
    this.#ended.add(pid);
  }

  #tellCalmly(event: RlimitEvent): void {
    this.#queue.push(() => {
      this.#onEvent(event);
    });
    if (!this.isPatient) this.#wake();
  }

  #wake(): void {
    this.wakeups++;
    this.isPatient = false;
    this.tellNow();
  }

  #watched(pid: number): Watched {
    const group = this.#groups.get(pid) ?? { resource: 'nofile', groups: [] };
    const value = this.#values.get(pid) ?? 0;
    return { ...group, pid, name: 'broker', tag: '', value, limit: LIMIT };
  }
}

/** A kernel that is none: of processes that a test tells of, and what each holds. */
export class FakeKernel implements Kernel {
  /** What each process holds; a promise is what takes long to gather. */
  readonly held = new Map<number, Held | Promise<Held>>();
  /** The processes that every match is about. */
  matched: readonly number[] = [];
  /** What happens between the moment from which a process is watched, and the first report. */
  meanwhile: (descriptor: FakeDescriptor) => void = () => undefined;
  /** What the last descriptor was opened with. */
  options: OpenOptions = {};
  /** Whose descriptors were looked at, in order. */
  readonly looks: number[] = [];
  readonly #processes: readonly FakeProcess[];
  #descriptor: FakeDescriptor | undefined;

  constructor(...processes: FakeProcess[]) {
    this.#processes = processes;
  }

  /** That which was opened last. */
  get descriptor(): FakeDescriptor {
    if (!this.#descriptor) throw new Error('no descriptor was opened');
    return this.#descriptor;
  }

  openDescriptor(onEvent: (event: RlimitEvent) => void, options: OpenOptions): FakeDescriptor {
    this.#descriptor = new FakeDescriptor(onEvent, this.#processes, this);
    this.options = options;
    return this.#descriptor;
  }

  /** What it holds takes long to gather: until the returned function is called. */
  takesLong(pid: number): (held: Held) => void {
    let finish: (held: Held) => void = () => undefined;
    this.held.set(pid, new Promise((resolve) => (finish = resolve)));
    return finish;
  }

  heldFiles() {
    return {
      gatherGently: (pid: number) => {
        this.looks.push(pid);
        return this.held.get(pid);
      },
      close: () => undefined,
    };
  }
}

/** So many descriptors on one file. */
export function holding(count: number): Held {
  return { total: count, isTruncated: false, groups: [{ what: '/var/log/x.log', count }] };
}
