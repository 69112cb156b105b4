import { type BpfObject, SystemError } from '../ffi/index.js';
import type { Tasks } from './tasks.js';

/** How a kernel says that it knows nothing of one process: it has more to read than the kernel can, or what it takes for nonsense. */
const CANNOT = ['E2BIG', 'EINVAL'];

/** By the kernel's iterator. */
export class TaskIterator implements Tasks {
  readonly #object: BpfObject;
  #canIterateOneProcess = true;

  constructor(object: BpfObject) {
    this.#object = object;
  }

  /** A kernel before 6.1 visits all in any case. */
  run(program: string, pid: number): Buffer {
    if (pid !== 0 && this.#canIterateOneProcess) {
      try {
        // `struct { __u32 tid; __u32 pid; __u32 pid_fd; } task`, from Linux 6.1 on
        return this.#object.iterate(program, pid);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        if (error.code === 'ESRCH') return Buffer.alloc(0);
        if (!CANNOT.includes(error.code)) throw error;
        this.#canIterateOneProcess = false;
      }
    }
    return this.#object.iterate(program);
  }
}
