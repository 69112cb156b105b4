import { readFileSync } from 'node:fs';
import { BpfObject, SystemError } from '../ffi/index.js';
import { Grouping } from './held-groups.js';
import { LinkTally } from './held-links.js';
import { RecordTally } from './held-records.js';
import { MOST_DESCRIPTORS, type Held } from './held.js';

/**
 * How descriptors are looked at: by a BPF iterator (bpf/held.bpf.c) over those of one process, over those
 * of all processes, before Linux 6.1, or by /proc/PID/fd.
 */
export type HeldWay = 'one-process' | 'all-processes' | 'links';

const OBJECT = new URL('./bpf/held.bpf.o', import.meta.url);
const PROGRAM = 'each_file';

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
    const tally = this.#tally(pid);
    if (!tally || tally.total === 0) return undefined;
    const grouping = new Grouping();
    tally.addTo(grouping);
    return { total: tally.total, isTruncated: tally.isTruncated, groups: grouping.groups() };
  }

  /** Unloads the program. The next call loads it again. */
  close(): void {
    this.#object?.close();
    this.#object = undefined;
  }

  #tally(pid: number): RecordTally | LinkTally | undefined {
    const object = this.#loaded();
    if (!object) return new LinkTally(pid, MOST_DESCRIPTORS);
    const tally = new RecordTally(MOST_DESCRIPTORS);
    try {
      for (const part of this.#parts(object, pid)) if (!tally.add(part)) break;
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
      if (!(error instanceof SystemError)) throw error;
      this.#way = 'links';
    }
    return this.#object;
  }

  *#parts(object: BpfObject, pid: number): Generator<Buffer, void, undefined> {
    if (this.#way === 'one-process') {
      try {
        // `struct { __u32 tid; __u32 pid; __u32 pid_fd; } task`
        yield* object.iterateParts(PROGRAM, bytesOf(0, pid, 0));
        return;
      } catch (error) {
        if (!(error instanceof SystemError) || !['E2BIG', 'EINVAL'].includes(error.code)) throw error;
        this.#way = 'all-processes';
      }
    }
    object.map('.data.wanted').set(bytesOf(0), bytesOf(pid));
    yield* object.iterateParts(PROGRAM);
  }
}

function bytesOf(...numbers: number[]): Uint8Array {
  return new Uint8Array(new Uint32Array(numbers).buffer);
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
