import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BpfObject, isShortage, SystemError } from '../ffi/index.js';
import { Grouping } from './grouping.js';
import { LinkTally } from './links.js';
import { RecordTally } from './records.js';
import { MOST_DESCRIPTORS, type Held } from './held.js';

/**
 * How descriptors are looked at: by a BPF iterator (bpf/held.bpf.c) over those of one process, over those
 * of all processes, before Linux 6.1, or by /proc/PID/fd.
 */
export type HeldWay = 'one-process' | 'all-processes' | 'links';

const OBJECT = new URL('./bpf/held.bpf.o', import.meta.url);
const PROGRAM = 'each_file';

/** Milliseconds at a stretch: with what follows them, less than 20. */
const PATIENCE = 8;

/** Yields where others may have their turn. */
type Reading = Generator<undefined, Held | undefined, undefined>;

/**
 * Tells what processes hold. The iterator needs CAP_BPF and CAP_PERFMON only, whosever process it is, and
 * sees what sockets are connected to. Where a kernel refuses it, /proc tells less, and only of processes
 * that this one may trace (proc_pid_fd(5)).
 *
 * Nothing of it is in the kernel before the first call.
 */
export class HeldFiles {
  #way: HeldWay;
  #object: BpfObject | undefined;

  /** @param way the first that is tried */
  constructor(way: HeldWay = 'one-process') {
    this.#way = way;
  }

  /**
   * Some ten milliseconds for 10,000 descriptors, besides some 25 to load the program at the first call.
   *
   * @returns undefined if there is no such process, or nothing of it can be seen
   */
  gather(pid: number): Held | undefined {
    const reading = this.#reading(pid);
    for (;;) {
      const { done, value } = reading.next();
      if (done) return value;
    }
  }

  /**
   * The same, but what takes longer than some milliseconds goes on in pieces, between which the event loop
   * turns. One at a time: nothing else is to be gathered until the promise is fulfilled.
   *
   * @param patience milliseconds at a stretch; given by tests
   * @returns a promise only if it takes longer; of undefined also if this was closed meanwhile
   */
  gatherGently(pid: number, patience = PATIENCE): Held | undefined | Promise<Held | undefined> {
    this.#loaded();
    const reading = this.#reading(pid);
    const begin = performance.now();
    // One piece is had at once, however long a busy machine takes for it.
    for (let pieces = 0; ; pieces++) {
      const { done, value } = reading.next();
      if (done) return value;
      if (pieces > 0 && performance.now() - begin > patience) return this.#goOn(reading);
    }
  }

  /** Unloads the program. The next call loads it again. */
  close(): void {
    this.#object?.close();
    this.#object = undefined;
  }

  async #goOn(reading: Reading): Promise<Held | undefined> {
    const object = this.#object;
    for (;;) {
      await nextTurn();
      if (this.#object !== object) {
        reading.return(undefined);
        return undefined;
      }
      const { done, value } = reading.next();
      if (done) return value;
    }
  }

  *#reading(pid: number): Reading {
    const tally = yield* this.#tally(pid);
    if (!tally || tally.total === 0) return undefined;
    const grouping = new Grouping();
    tally.addTo(grouping);
    return { total: tally.total, isTruncated: tally.isTruncated, groups: grouping.groups() };
  }

  *#tally(pid: number): Generator<undefined, RecordTally | LinkTally | undefined, undefined> {
    const object = this.#loaded();
    if (!object) {
      const links = new LinkTally(MOST_DESCRIPTORS);
      yield* links.read(pid);
      return links;
    }
    const tally = new RecordTally(MOST_DESCRIPTORS);
    try {
      for (const part of this.#parts(object, pid)) {
        if (!tally.add(part)) break;
        yield;
      }
      return tally;
    } catch (error) {
      // No such process; or the kernel has no memory, or this process no descriptor, to spare.
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  #loaded(): BpfObject | undefined {
    if (this.#way === 'links') return undefined;
    try {
      this.#object ??= load();
    } catch (error) {
      // It is loaded the next time; /proc for this time, if it has descriptors to spare for that.
      if (isShortage(error)) return undefined;
      if (!(error instanceof SystemError)) throw error;
      this.#way = 'links';
    }
    return this.#object;
  }

  *#parts(object: BpfObject, pid: number): Generator<Buffer, void, undefined> {
    if (this.#way === 'one-process') {
      try {
        yield* object.iterateParts(PROGRAM, pid);
        return;
      } catch (error) {
        if (!(error instanceof SystemError) || !['E2BIG', 'EINVAL'].includes(error.code)) throw error;
        this.#way = 'all-processes';
      }
    }
    object.memory('.data.wanted').write(new Uint8Array(new Uint32Array([pid]).buffer));
    yield* object.iterateParts(PROGRAM);
  }
}

function load(): BpfObject {
  const object = new BpfObject(readFileSync(OBJECT));
  try {
    object.load();
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}
