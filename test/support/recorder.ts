import {
  parseLevel,
  RlimitEvents,
  type OpenOptions,
  type RlimitEvent,
  type Watched,
} from '../../src/rlimit-events/index.js';
import { attachMode } from './where.js';

type OfType<T extends RlimitEvent['type']> = Extract<RlimitEvent, { type: T }>;

/** A descriptor in the attach mode under test that keeps its events, and lets a test wait for one. */
export class Recorder {
  readonly events: RlimitEvent[] = [];
  readonly descriptor: RlimitEvents;
  readonly #ended = new Set<number>();
  #waiting: (() => void)[] = [];

  constructor(options?: OpenOptions) {
    this.descriptor = new RlimitEvents(
      (event) => {
        this.events.push(event);
        if (event.type === 'process-ended') this.#ended.add(event.pid);
        for (const look of this.#waiting.splice(0)) look();
      },
      { attach: attachMode, ...options },
    );
  }

  /** Watches the open files of a process, at levels as on a command line. */
  watch(pid: number, ...levels: (number | string)[]): Watched {
    return this.descriptor.watch(pid, {
      resource: 'nofile',
      levels: levels.map((level) => parseLevel(String(level))),
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

  /** Waits until what is asked for is there. The test's own time limit bounds it. */
  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Everything that the kernel has told before a process ended is here after this. */
  async ended(pid: number): Promise<void> {
    await this.until(() => this.#ended.has(pid));
  }
}
