import { type BpfObject, type MappedMemory, SystemError } from '../ffi/index.js';
import { exhaustedBy } from './errors.js';
import { decodeElementResult, ELEMENT_MAPS, encodeElement } from './layout/index.js';
import type { Tasks } from './tasks.js';

/** A map of the programs, as far as user space fills it. Keys and values are the bytes of the C structures. */
export interface ElementMap {
  /** @throws SystemError E2BIG the map is full; RlimitEventsError exhausted */
  set(key: Uint8Array, value: Uint8Array): void;
  /** Nothing, if there is no such key. @throws RlimitEventsError exhausted */
  delete(key: Uint8Array): void;
}

/** Writes the maps through a program, since bpf(2) on an element keeps other programs out (bpf/requests/elements.bpf.h). */
export class Elements {
  readonly #tasks: Tasks;
  readonly #memory: MappedMemory;

  constructor(object: BpfObject, tasks: Tasks) {
    this.#tasks = tasks;
    this.#memory = object.memory('.data.element');
  }

  map(name: keyof typeof ELEMENT_MAPS): ElementMap {
    return {
      set: (key, value) => {
        this.#do(name, encodeElement({ map: ELEMENT_MAPS[name], key, value }));
      },
      delete: (key) => {
        this.#do(name, encodeElement({ map: ELEMENT_MAPS[name], key, value: undefined }), 'ENOENT');
      },
    };
  }

  /** @param unless the error that is none */
  #do(name: string, element: Uint8Array, unless?: string): void {
    this.#memory.write(element);
    this.#tasks.run('write_element', process.pid);
    const result = decodeElementResult(this.#memory.read());
    if (result === undefined) throw new Error(`no task was visited to write an element of ${name}`);
    if (result === 0) return;
    const errno = -result;
    const error = new SystemError(`an element of ${name}`, errno);
    if (error.code !== unless) throw exhaustedBy(error) ?? error;
  }
}
