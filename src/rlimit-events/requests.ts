import { closeSync } from 'node:fs';
import {
  type BpfMap,
  type BpfObject,
  pidfdIsAlive,
  pidfdOpen,
  SystemError,
  waitForRunningPrograms,
} from '../ffi/index.js';
import { RlimitEventsError } from './errors.js';
import type { Resource } from './events.js';
import {
  type Answer,
  decodeAnswers,
  decodeTable,
  emptyRequest,
  encodeRequest,
  encodeU32,
  type Request,
  REQUESTS,
  RESOURCE_NUMBERS,
} from './layout.js';

/** How often a look is tried again that met another in the kernel. */
const TRIES_WHEN_BUSY = 100;

/** Asks the programs in the kernel by the task iterator (bpf/requests.h). */
export class Requests {
  readonly #object: BpfObject;
  readonly #map: BpfMap;
  #canIterateOneProcess = true;

  constructor(object: BpfObject) {
    this.#object = object;
    this.#map = object.map('requests');
  }

  /**
   * Gives a process a set of levels, 0 for none, and tells where it is.
   *
   * @throws RlimitEventsError no-such-process, full or busy
   */
  watch(pid: number, resource: Resource, set: number): Answer {
    // While this is open and its process is not reaped, nobody else can have the pid.
    const pidfd = openProcess(pid);
    try {
      const request = { kind: REQUESTS.watch, pid, resource: RESOURCE_NUMBERS[resource], set };
      const answer = this.#watchPatiently(request);
      if (!answer) throw noSuchProcess(pid);
      // It was watched and has ended since, which is told; or another has its pid now.
      if (!pidfdIsAlive(pidfd) && this.report(pid, resource).length > 0) {
        this.#watchPatiently({ ...request, set: 0 });
        throw noSuchProcess(pid);
      }
      this.#linkSharers();
      return answer;
    } finally {
      closeSync(pidfd);
    }
  }

  /** Looks now, at one process or with 0 at all that are watched, and tells where they are. */
  report(pid: number, resource: Resource): Answer[] {
    return this.#ask({ kind: REQUESTS.report, pid, resource: RESOURCE_NUMBERS[resource], set: 0 });
  }

  /** Looks at every process that is watched. What has changed comes as events. */
  observe(): void {
    this.#ask({ kind: REQUESTS.observe, pid: 0, resource: 0, set: 0 });
  }

  #watchPatiently(request: Request): Answer | undefined {
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
    return this.#ask({ kind: REQUESTS.sweep, pid: 0, resource: 0, set: 0 }).length > 0;
  }

  /**
   * Somebody else may have the descriptor table of the process that was just watched, if there are
   * more references than its own threads: then they are looked for once, among all processes.
   */
  #linkSharers(): void {
    const bytes = emptyRequest();
    this.#map.get(encodeU32(0), bytes);
    const { files, threads, references } = decodeTable(bytes);
    if (references > threads) this.#ask({ kind: REQUESTS.link, pid: 0, resource: 0, set: 0, files });
  }

  #ask(request: Request): Answer[] {
    this.#map.set(encodeU32(0), encodeRequest(request));
    return decodeAnswers(this.#iterate(request.pid));
  }

  #iterate(pid: number): Buffer {
    if (pid !== 0 && this.#canIterateOneProcess) {
      try {
        // `struct { __u32 tid; __u32 pid; __u32 pid_fd; } task`, from Linux 6.1 on
        return this.#object.iterate('visit_task', new Uint8Array(new Uint32Array([0, pid, 0]).buffer));
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        if (error.code === 'ESRCH') return Buffer.alloc(0);
        this.#canIterateOneProcess = false;
      }
    }
    return this.#object.iterate('visit_task');
  }
}

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
