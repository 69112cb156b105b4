import type { BpfObject, MappedMemory } from '../ffi/index.js';
import { beginWalk, decodeWalk, goOnWithWalk } from './layout/index.js';
import type { Tasks } from './tasks.js';

/** By the programs' own walk, where the kernel does not know its types and has no iterators therefore (bpf/requests/asked.bpf.h). */
export class TaskWalk implements Tasks {
  readonly #object: BpfObject;
  readonly #memory: MappedMemory;
  readonly #words: number;

  /** @param words of a mask of groups */
  constructor(object: BpfObject, words: number) {
    this.#object = object;
    this.#words = words;
    this.#memory = object.memory('.data.walk');
  }

  /** Of which process is in the request; each run goes as far as there is room for answers. */
  run(program: string): Uint8Array {
    const parts: Uint8Array[] = [];
    this.#memory.write(beginWalk());
    for (;;) {
      this.#object.run(program);
      const { answers, next, hasEnded } = decodeWalk(this.#words, this.#memory.read());
      parts.push(answers);
      if (hasEnded) return parts.length === 1 ? answers : Buffer.concat(parts);
      this.#memory.write(goOnWithWalk(next));
    }
  }
}
