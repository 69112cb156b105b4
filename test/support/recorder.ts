import { spawn } from 'node:child_process';
import {
  type Group,
  type GroupOptions,
  parseLevel,
  RlimitEvents,
  type OpenOptions,
  type RlimitEvent,
  type Watched,
} from '../../src/rlimit-events/index.js';
import { FEW, fillUp } from './crowds.js';
import { TOLD } from './told.js';
import { attachMode, belowHypervisor } from './where.js';

type OfType<T extends RlimitEvent['type']> = Extract<RlimitEvent, { type: T }>;

/**
 * Nobody can do anything about that in a virtual machine: its host may leave a processor aside, and who holds a lock on
 * it, for longer than the lock is waited for (docs/preemption.md).
 */
const isOfHost = (place: string) => belowHypervisor && place === 'lock';

/** Milliseconds without any event after such a loss: what a test still waits for then has been lost, and does not come. */
const PATIENCE = 60_000;

/** A descriptor in the attach mode under test that keeps its events, and lets a test wait for one. */
export class Recorder {
  readonly events: RlimitEvent[] = [];
  readonly descriptor: RlimitEvents;
  readonly #ended = new Set<number>();
  /** How many events had come when a process was watched. */
  readonly #watchedAt = new Map<number, number>();
  #waiting: (() => void)[] = [];
  #patience: NodeJS.Timeout | undefined;
  #isInVain = false;

  /** @param crowd how many groups there are at most, nearly all of which are there: see crowds.ts */
  constructor(options?: OpenOptions, crowd = FEW) {
    this.descriptor = new RlimitEvents(
      (event) => {
        this.events.push(event);
        if (event.type === 'process-ended') this.#ended.add(event.pid);
        if (event.type === 'lost' && this.#isUnpromised(event)) this.#bear();
        this.#patience?.refresh();
        this.#wake();
      },
      { attach: attachMode, groups: { nofile: crowd }, ...options },
    );
    if (crowd > FEW) fillUp(crowd, (name) => this.group(name, []));
  }

  /** Watches the open files of a process, at levels as on a command line. */
  watch(pid: number, ...levels: (number | string)[]): Watched {
    this.#watchedAt.set(pid, this.events.length);
    return this.descriptor.watch(pid, {
      resource: 'nofile',
      levels: levels.map((level) => parseLevel(String(level))),
    });
  }

  /** A group of the descriptor, at levels as on a command line. */
  group(name: string, levels: readonly (number | string)[], options: Partial<GroupOptions> = {}): Group {
    return this.descriptor.addGroup(name, {
      resource: 'nofile',
      levels: levels.map((level) => parseLevel(String(level))),
      ...options,
    });
  }

  /**
   * What was told of a process, with its groups: "executed 3 in web", "up 10 10 in db,web", "regrouped 3
   * in nothing", "ended".
   */
  way(pid: number): string[] {
    return this.events.flatMap((event) => {
      if (!('pid' in event) || event.pid !== pid) return [];
      const place = `in ${event.groups.join(',') || 'nothing'}`;
      switch (event.type) {
        case 'level':
          return [`${event.direction} ${event.level} ${event.value} ${place}`];
        case 'step':
          return [`step ${event.direction} ${event.level} ${event.value} ${place}`];
        case 'limit-changed':
          return [`limit ${event.oldLimit} ${event.limit} ${place}`];
        case 'process-ended':
          return ['ended'];
        case 'process-started':
        case 'process-executed':
        case 'process-regrouped':
          return [`${event.type.replace('process-', '')} ${event.value} ${place}`];
      }
    });
  }

  of<T extends RlimitEvent['type']>(type: T): OfType<T>[] {
    return this.events.filter((event): event is OfType<T> => event.type === type);
  }

  /** "up 20 20": direction, level, value. */
  crossings(pid: number): string[] {
    return this.of('level')
      .filter((event) => event.pid === pid)
      .map(({ direction, level, value }) => `${direction} ${level} ${value}`);
  }

  /** Waits until what is asked for is there. The test's own time limit bounds it, and that something was lost. */
  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#isInVain) throw new Error('it was told as lost, and has not come since');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #bear(): void {
    Reflect.set(globalThis, TOLD, true);
    this.#patience ??= setTimeout(() => {
      this.#isInVain = true;
      this.#wake();
    }, PATIENCE).unref();
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look();
  }

  /** Everything that the kernel has told until now is here after this. */
  async upToDate(): Promise<void> {
    // It ends with its input, and its end is told after everything else.
    const witness = spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
    const { pid } = witness;
    if (pid === undefined) throw new Error('cat did not start');
    this.watch(pid, 1000);
    witness.stdin.end();
    await this.ended(pid);
  }

  /** What a full queue loses, a mode that may miss something has to tell as any other. */
  #isUnpromised({ places: at }: OfType<'lost'>): boolean {
    const places = Object.keys(at);
    return places.some(isOfHost) || (this.descriptor.mayMiss !== undefined && places.includes('keptOut'));
  }

  /** What was told as lost, but for what is by a virtual machine's host. */
  get losses(): readonly OfType<'lost'>[] {
    return this.of('lost').filter(({ places }) => !Object.keys(places).every(isOfHost));
  }

  /**
   * Everything that the kernel has told before a process ended is here after this. After a loss its end may be told
   * by a state that it is not in.
   */
  async ended(pid: number): Promise<void> {
    const isIn = (state: OfType<'state'>) => state.processes.some((process) => process.pid === pid);
    const watchedAt = this.#watchedAt.get(pid) ?? 0;
    await this.until(
      () =>
        this.#ended.has(pid) ||
        this.events.slice(watchedAt).some((event) => event.type === 'state' && !isIn(event)),
    );
  }
}
