import koffi from 'koffi';
import { closeSync, readSync } from 'node:fs';
import { lastError, SystemError } from './errors.js';
import { libbpf, type Pointer, takeWarnings } from './libbpf.js';
import { giveBackFreedMemory } from './libc.js';

/** A map of a loaded object. Keys and values are the bytes of the C structures. */
export interface BpfMap {
  readonly fd: number;
  /** @throws SystemError E2BIG the map is full, ENOMEM */
  set(key: Uint8Array, value: Uint8Array): void;
  /** Fills `value`; false when there is no such key. */
  get(key: Uint8Array, value: Uint8Array): boolean;
  delete(key: Uint8Array): void;
}

/**
 * A BPF object file in the kernel: its programs, maps and links live as long as this is open,
 * or the process.
 */
export class BpfObject {
  readonly #object: Pointer;
  readonly #links = new Set<Pointer>();
  #closed = false;

  /**
   * Parses an object; nothing is in the kernel yet.
   *
   * @throws LibraryMissingError, SystemError
   */
  constructor(elf: Uint8Array) {
    this.#object = check('bpf_object__open_mem', libbpf().bpf_object__open_mem(elf, elf.length, null));
  }

  /** Sets the first value of a constant section (`.rodata…`), before load. */
  setInitialValue(map: string, bytes: Uint8Array): void {
    const status = libbpf().bpf_map__set_initial_value(this.#mapPointer(map), bytes, bytes.length);
    checkStatus('bpf_map__set_initial_value', status);
  }

  /** Sets how many entries a map can have (a ring: bytes), before load. */
  setMaxEntries(map: string, entries: number): void {
    checkStatus(
      'bpf_map__set_max_entries',
      libbpf().bpf_map__set_max_entries(this.#mapPointer(map), entries),
    );
  }

  /** Leaves a program out of load. */
  skipProgram(program: string): void {
    checkStatus(
      'bpf_program__set_autoload',
      libbpf().bpf_program__set_autoload(this.#programPointer(program), false),
    );
  }

  /** Brings maps and programs into the kernel. @throws SystemError EPERM, EINVAL, … with libbpf's words */
  load(): void {
    takeWarnings();
    const status = libbpf().bpf_object__load(this.#object);
    // For the types of the kernel libbpf has needed 10 MiB, which it has freed.
    giveBackFreedMemory();
    checkStatus('bpf_object__load', status);
  }

  /**
   * Attaches a program by what its section name says, until close.
   *
   * @returns detaches it earlier
   */
  attach(program: string): () => void {
    const link = check(
      `bpf_program__attach ${program}`,
      libbpf().bpf_program__attach(this.#programPointer(program)),
    );
    this.#links.add(link);
    return () => {
      if (this.#links.delete(link)) libbpf().bpf_link__destroy(link);
    };
  }

  /**
   * Runs an iterator program to its end and gives all that it wrote.
   *
   * @param linkInfo `union bpf_iter_link_info`, to narrow what is iterated
   */
  iterate(program: string, linkInfo?: Uint8Array): Buffer {
    return Buffer.concat([...this.iterateParts(program, linkInfo)]);
  }

  /** The same part by part; it goes on no further than the parts are taken. */
  *iterateParts(program: string, linkInfo?: Uint8Array): Generator<Buffer, void, undefined> {
    const link = check(
      `bpf_program__attach_iter ${program}`,
      libbpf().bpf_program__attach_iter(this.#programPointer(program), iteratorOptions(linkInfo)),
    );
    try {
      const fd = libbpf().bpf_iter_create(libbpf().bpf_link__fd(link));
      if (fd < 0) throw lastError('bpf_iter_create');
      try {
        yield* partsOf(fd);
      } finally {
        closeSync(fd);
      }
    } finally {
      libbpf().bpf_link__destroy(link);
    }
  }

  map(name: string): BpfMap {
    const fd = libbpf().bpf_map__fd(this.#mapPointer(name));
    return {
      fd,
      set(key, value) {
        if (libbpf().bpf_map_update_elem(fd, key, value, 0) < 0)
          throw lastError(`bpf_map_update_elem ${name}`);
      },
      get(key, value) {
        if (libbpf().bpf_map_lookup_elem(fd, key, value) === 0) return true;
        const error = lastError(`bpf_map_lookup_elem ${name}`);
        if (error.code === 'ENOENT') return false;
        throw error;
      },
      delete(key) {
        if (libbpf().bpf_map_delete_elem(fd, key) === 0) return;
        const error = lastError(`bpf_map_delete_elem ${name}`);
        if (error.code !== 'ENOENT') throw error;
      },
    };
  }

  /** Detaches and unloads everything. Closing twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const link of this.#links) libbpf().bpf_link__destroy(link);
    this.#links.clear();
    libbpf().bpf_object__close(this.#object);
  }

  #mapPointer(name: string): Pointer {
    return check(`map ${name}`, libbpf().bpf_object__find_map_by_name(this.#object, name));
  }

  #programPointer(name: string): Pointer {
    return check(`program ${name}`, libbpf().bpf_object__find_program_by_name(this.#object, name));
  }
}

/** `struct bpf_iter_attach_opts { size_t sz; union bpf_iter_link_info *link_info; __u32 link_info_len; }` */
const attachOptions = koffi.struct({ size: 'size_t', linkInfo: 'void *', linkInfoLength: 'uint32_t' });

function iteratorOptions(linkInfo: Uint8Array | undefined): Uint8Array | null {
  if (linkInfo === undefined) return null;
  const bytes = Buffer.alloc(koffi.sizeof(attachOptions));
  koffi.encode(bytes, attachOptions, { size: bytes.length, linkInfo, linkInfoLength: linkInfo.length });
  return bytes;
}

/** What one read(2) of an iterator gives is no more than 8 pages (kernel/bpf/bpf_iter.c). */
const received = Buffer.alloc(64 * 1024);

/** Each is as large as what came: an answer is some bytes, and an agent that starts asks a hundred times. */
function* partsOf(fd: number): Generator<Buffer, void, undefined> {
  for (;;) {
    const length = receivePart(fd);
    if (length === 0) return;
    if (length > 0) yield Buffer.from(received.subarray(0, length));
  }
}

/** -1: a million objects went by that the program wrote nothing of (kernel/bpf/bpf_iter.c). */
function receivePart(fd: number): number {
  try {
    return readSync(fd, received);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return -1;
    throw error;
  }
}

function check(what: string, pointer: Pointer): Pointer {
  if (pointer === null) throw lastError(what, takeWarnings().join('; '));
  return pointer;
}

function checkStatus(what: string, status: number): void {
  if (status < 0) throw new SystemError(what, -status, takeWarnings().join('; '));
}
