import { closeSync } from 'node:fs';
import {
  type BpfMap,
  type BpfObject,
  pidfdIsAlive,
  pidfdOpen,
  RingBuffer,
  SystemError,
  watchFd as watchFdInNode,
  type FdWatch,
  type WatchFd,
} from '../ffi/index.js';
import type { AttachMode } from './attach.js';
import { monotonicClock } from './clock.js';
import { RlimitEventsError } from './errors.js';
import type { Resource, RlimitEvent, Watched } from './events.js';
import {
  type Answer,
  decodeAnswers,
  decodeEvent,
  decodeLosses,
  encodeRequest,
  encodeU32,
  REQUESTS,
  RESOURCE_NUMBERS,
} from './layout.js';
import { LevelSets } from './level-sets.js';
import type { Level } from './levels.js';
import { loadObject } from './object.js';

export interface OpenOptions {
  /** How the kernel is watched. */
  readonly attach?: AttachMode;
  /** How many processes can be watched at once, children included. Default 16384. */
  readonly processes?: number;
  /** How many bytes of events can wait to be read: a power of two. Default 256 KiB, some 3,000 events. */
  readonly queueBytes?: number;
  /** How a descriptor is waited for; given by tests. */
  readonly watchFd?: WatchFd;
}

export interface WatchOptions {
  readonly resource: Resource;
  /** At most 64. They replace those that the process has. */
  readonly levels: readonly Level[];
  /** Whether children, and theirs, get the same levels at their birth. Default true. */
  readonly inherit?: boolean;
  /** Comes back with every event of the process and of its children. */
  readonly tag?: string;
}

/** How often a look is tried again that met another in the kernel. */
const TRIES_WHEN_BUSY = 100;

/**
 * The rlimit-event descriptor: readable when a watched process crosses a level.
 *
 * Each has its own programs and levels in the kernel. They go when it is closed, and when this
 * process ends, however it ends.
 */
export class RlimitEvents {
  readonly attach: AttachMode;
  readonly #object: BpfObject;
  readonly #ring: RingBuffer;
  readonly #watch: FdWatch;
  readonly #sets: LevelSets;
  readonly #requests: BpfMap;
  readonly #losses: BpfMap;
  readonly #onEvent: (event: RlimitEvent) => void;
  readonly #toWallClock = monotonicClock();
  #lost = { events: 0, children: 0 };
  #limitTouched = false;
  #canIterateOneProcess = true;
  #closed = false;

  /**
   * @param onEvent is called for each event, in the order in which the kernel saw them
   * @throws RlimitEventsError not-permitted, no-btf or unsupported; LibraryMissingError
   */
  constructor(onEvent: (event: RlimitEvent) => void, options: OpenOptions = {}) {
    this.attach = options.attach ?? 'tracepoint';
    this.#onEvent = onEvent;
    this.#object = loadObject(this.attach, {
      processes: options.processes ?? 16_384,
      queueBytes: options.queueBytes ?? 256 * 1024,
    });
    try {
      this.#sets = new LevelSets(this.#object.map('level_sets'));
      this.#requests = this.#object.map('requests');
      this.#losses = this.#object.map('losses');
      this.#ring = new RingBuffer(this.#object.map('events').fd, (record) => {
        this.#receive(record);
      });
    } catch (error) {
      this.#object.close();
      throw error;
    }
    this.#watch = (options.watchFd ?? watchFdInNode)(this.#ring.fd, () => {
      this.#read();
    });
  }

  /** The descriptor itself, for poll(2) and epoll(7). Reading is done here: see onEvent. */
  get fd(): number {
    return this.#ring.fd;
  }

  /**
   * Gives a process its levels, in place of those it has. What it does after the returned value was
   * read is told as events, so that nothing falls in between.
   *
   * @throws RlimitEventsError no-such-process, full or busy; LevelError
   */
  watch(pid: number, options: WatchOptions): Watched {
    return this.#setLevels(
      pid,
      options.resource,
      this.#sets.numberOf(options.levels, options.inherit ?? true, options.tag ?? ''),
    );
  }

  /** Takes all levels of a process away. @throws RlimitEventsError no-such-process */
  unwatch(pid: number, resource: Resource): void {
    this.#setLevels(pid, resource, 0);
  }

  /** Where every watched process is now. */
  report(): Watched[] {
    return this.#ask({ kind: REQUESTS.report, pid: 0, resource: 0, set: 0 }).map((answer) =>
      this.#watched(answer),
    );
  }

  /** Removes everything from the kernel. No event comes after this. Closing twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    this.#ring.close();
    this.#object.close();
  }

  /** A method, since the compiler does not see that a listener can call close(). */
  #isClosed(): boolean {
    return this.#closed;
  }

  #setLevels(pid: number, resource: Resource, set: number): Watched {
    // While this is open and its process is not reaped, nobody else can have the pid.
    const pidfd = openProcess(pid);
    try {
      const request = { kind: REQUESTS.watch, pid, resource: RESOURCE_NUMBERS[resource], set };
      const answer = this.#askPatiently(request);
      if (!answer || !pidfdIsAlive(pidfd)) throw noSuchProcess(pid);
      return this.#watched(answer);
    } finally {
      closeSync(pidfd);
    }
  }

  #watched({ pid, name, value, limit, set }: Answer): Watched {
    return { pid, resource: 'nofile', name, value, limit, tag: this.#sets.tag(set) };
  }

  #askPatiently(request: Request): Answer | undefined {
    for (let tries = 0; tries < TRIES_WHEN_BUSY; tries++) {
      const answer = this.#ask(request)[0];
      const error = answer && answer.errno !== 0 ? new SystemError('watch', answer.errno) : undefined;
      if (!error) return answer;
      if (error.code === 'ESRCH') return undefined;
      if (error.code !== 'EBUSY')
        throw new RlimitEventsError('full', `process ${request.pid} cannot be watched: the table is full`, {
          cause: error,
        });
    }
    throw new RlimitEventsError(
      'busy',
      `process ${request.pid} cannot be watched: it changes without a pause`,
    );
  }

  #ask(request: Request): Answer[] {
    if (this.#closed) throw new RlimitEventsError('closed', 'the descriptor is closed');
    this.#requests.set(encodeU32(0), encodeRequest(request));
    return decodeAnswers(this.#iterate(request.pid));
  }

  #iterate(pid: number): Buffer {
    if (pid !== 0 && this.#canIterateOneProcess) {
      try {
        // `struct { __u32 tid; __u32 pid; __u32 pid_fd; } task`, from Linux 6.1 on
        return this.#object.iterate('visit_task', new Uint8Array(new Uint32Array([0, pid, 0]).buffer));
      } catch (error) {
        if (!(error instanceof SystemError) || error.code === 'ESRCH') throw noSuchProcess(pid);
        this.#canIterateOneProcess = false;
      }
    }
    return this.#object.iterate('visit_task');
  }

  #read(): void {
    this.#ring.consume();
    if (this.#isClosed()) return;
    if (this.#limitTouched) {
      this.#limitTouched = false;
      this.#ask({ kind: REQUESTS.observe, pid: 0, resource: 0, set: 0 });
    }
    this.#tellLosses();
  }

  #tellLosses(): void {
    const bytes = new Uint8Array(16);
    this.#losses.get(encodeU32(0), bytes);
    const { events, children } = decodeLosses(bytes);
    const count = events - this.#lost.events;
    const unwatchedChildren = children - this.#lost.children;
    if (count === 0 && unwatchedChildren === 0) return;
    this.#lost = { events, children };
    this.#onEvent({ type: 'lost', count, unwatchedChildren });
    if (this.#isClosed()) return;
    this.#onEvent({ type: 'state', processes: this.report() });
  }

  #receive(record: DataView): void {
    const raw = decodeEvent(record);
    if (raw.type === 'limit-touched') {
      this.#limitTouched = true;
      return;
    }
    const time = this.#toWallClock(raw.time);
    const { pid, value, limit, name } = raw;
    const tag = this.#sets.tag(raw.set);
    const subject = { pid, tag, resource: 'nofile', value, limit, time } as const;
    switch (raw.type) {
      case 'level': {
        const asked = this.#sets.level(raw.set, raw.index);
        this.#onEvent({
          type: 'level',
          ...subject,
          level: asked.kind === 'share' && limit === Infinity ? Infinity : raw.level,
          asked,
          direction: raw.other === 1 ? 'up' : 'down',
        });
        break;
      }
      case 'limit-changed':
        this.#onEvent({ type: 'limit-changed', ...subject, oldLimit: raw.level });
        break;
      case 'process-started':
        this.#onEvent({ type: 'process-started', ...subject, parent: raw.other, name });
        break;
      case 'process-executed':
        this.#onEvent({ type: 'process-executed', ...subject, name });
        break;
      case 'process-ended':
        this.#onEvent({ type: 'process-ended', pid, tag, time });
        break;
    }
  }
}

type Request = Parameters<typeof encodeRequest>[0];

function openProcess(pid: number): number {
  try {
    return pidfdOpen(pid);
  } catch (error) {
    throw error instanceof SystemError ? noSuchProcess(pid, error) : error;
  }
}

function noSuchProcess(pid: number, cause?: unknown): RlimitEventsError {
  return new RlimitEventsError('no-such-process', `there is no process ${pid}`, { cause });
}
