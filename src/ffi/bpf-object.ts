import koffi from 'koffi';
import { closeSync, readSync } from 'node:fs';
import { lastError, SystemError } from './errors.js';
import { libbpf, type Pointer, takeWarnings } from './libbpf.js';
import { forgetShared, giveBackFreedMemory } from './libc.js';
import { MappedMemory } from './mapped-memory.js';

/**
 * A BPF object file in the kernel: its programs, maps and links live as long as this is open,
 * or the process.
 */
export class BpfObject {
  readonly #object: Pointer;
  readonly #programs = new Map<string, Pointer>();
  readonly #links = new Set<Pointer>();
  readonly #memories: MappedMemory[] = [];
  #closed = false;

  /**
   * Parses an object; nothing is in the kernel yet.
   *
   * @param btfFile the kernel's types, for a kernel that does not tell them itself
   * @throws LibraryMissingError, SystemError
   */
  constructor(elf: Uint8Array, btfFile?: string) {
    const options = btfFile === undefined ? null : openOptions(btfFile);
    this.#object = check('bpf_object__open_mem', libbpf().bpf_object__open_mem(elf, elf.length, options));
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

  hasProgram(program: string): boolean {
    return libbpf().bpf_object__find_program_by_name(this.#object, program) !== null;
  }

  /** Leaves a program out of load; one that the object does not have is left out already. */
  skipProgram(program: string): void {
    if (!this.hasProgram(program)) return;
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
    this.#forgetFirstValues();
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
   * @param pid of tasks, or of what they have: only of this process. The kernel has to be 6.1 or later
   */
  iterate(program: string, pid?: number): Buffer {
    const parts: Buffer[] = [];
    for (const part of this.iterateParts(program, pid)) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }

  /** The same part by part, each of which lasts until the next is taken. It goes on no further than that. */
  *iterateParts(program: string, pid?: number): Generator<Buffer, void, undefined> {
    const options = pid === undefined ? null : optionsForOne(pid);
    const link = check(
      `bpf_program__attach_iter ${program}`,
      libbpf().bpf_program__attach_iter(this.#programPointer(program), options),
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

  /** The descriptor of a map. */
  mapFd(map: string): number {
    return libbpf().bpf_map__fd(this.#mapPointer(map));
  }

  /** A section (`.data…`) by its name, after load and until close: to be read and written without bpf(2). */
  memory(section: string): MappedMemory {
    const size = new BigUint64Array(1);
    const map = this.#mapPointer(section);
    check(`the first value of ${section}`, libbpf().bpf_map__initial_value(map, size));
    const memory = new MappedMemory(libbpf().bpf_map__fd(map), Number(size[0]));
    this.#memories.push(memory);
    return memory;
  }

  /**
   * Runs a program of type `syscall`, or of a raw tracepoint, once.
   *
   * @returns what the program returned
   * @throws SystemError
   */
  run(program: string): number {
    const options = Buffer.alloc(RUN_OPTIONS_SIZE);
    options.writeBigUInt64LE(BigInt(RUN_OPTIONS_SIZE));
    checkStatus(
      `bpf_prog_test_run_opts ${program}`,
      libbpf().bpf_prog_test_run_opts(this.#programFd(program), options),
    );
    return options.readInt32LE(RUN_OPTIONS_RETURNED);
  }

  /** How often the kernel has not called a program, since somebody was inside it; 0 before 5.12, which does not count. */
  timesSkipped(program: string): number {
    return Number(this.#programInfo(program).readBigUInt64LE(RECURSION_MISSES));
  }

  /** The number of a loaded program, which no other has until this is closed. */
  programId(program: string): number {
    return this.#programInfo(program).readUInt32LE(PROGRAM_ID);
  }

  /** Detaches and unloads everything. Closing twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const memory of this.#memories) memory.close();
    for (const link of this.#links) libbpf().bpf_link__destroy(link);
    this.#links.clear();
    libbpf().bpf_object__close(this.#object);
  }

  /**
   * The kernel has them. libbpf keeps what it gave, half a MiB of zeros for the budgets among it; a later libbpf has the
   * kernel's own memory there, which nobody can take away so.
   */
  #forgetFirstValues(): void {
    const size = new BigUint64Array(1);
    let map: Pointer = null;
    while ((map = libbpf().bpf_object__next_map(this.#object, map)) !== null) {
      const value = libbpf().bpf_map__initial_value(map, size);
      if (value !== null) forgetShared(value, Number(size[0]));
    }
  }

  #mapPointer(name: string): Pointer {
    return check(`map ${name}`, libbpf().bpf_object__find_map_by_name(this.#object, name));
  }

  #programInfo(program: string): Buffer {
    const info = Buffer.alloc(PROGRAM_INFO_SIZE);
    const size = Uint32Array.of(info.length);
    const status = libbpf().bpf_obj_get_info_by_fd(this.#programFd(program), info, size);
    checkStatus(`bpf_obj_get_info_by_fd ${program}`, status);
    return info;
  }

  #programFd(name: string): number {
    return libbpf().bpf_program__fd(this.#programPointer(name));
  }

  /** libbpf compares the names of all programs. */
  #programPointer(name: string): Pointer {
    let program = this.#programs.get(name);
    if (program === undefined) {
      program = check(`program ${name}`, libbpf().bpf_object__find_program_by_name(this.#object, name));
      this.#programs.set(name, program);
    }
    return program;
  }
}

/** `struct bpf_test_run_opts` (bpf/bpf.h), of which only the first member, the size, is given, and where `retval` is. */
const RUN_OPTIONS_SIZE = 80;
const RUN_OPTIONS_RETURNED = 56;

/** `struct bpf_prog_info` up to its `recursion_misses`, and where that and `id` are (linux/bpf.h). */
const PROGRAM_INFO_SIZE = 216;
const PROGRAM_ID = 4;
const RECURSION_MISSES = 208;

/** `struct bpf_object_open_opts` up to its `btf_custom_path` (bpf/libbpf.h). */
const objectOptions = koffi.struct({
  size: 'size_t',
  objectName: 'void *',
  relaxedMaps: 'bool',
  pinRootPath: 'void *',
  unused: 'uint32_t',
  kconfig: 'void *',
  btfCustomPath: 'str',
});

function openOptions(btfCustomPath: string): Uint8Array {
  const bytes = Buffer.alloc(koffi.sizeof(objectOptions));
  koffi.encode(bytes, objectOptions, {
    size: bytes.length,
    objectName: null,
    relaxedMaps: false,
    pinRootPath: null,
    unused: 0,
    kconfig: null,
    btfCustomPath,
  });
  return bytes;
}

/** `struct bpf_iter_attach_opts { size_t sz; union bpf_iter_link_info *link_info; __u32 link_info_len; }` */
const attachOptions = koffi.struct({ size: 'size_t', linkInfo: 'void *', linkInfoLength: 'uint32_t' });

/** `struct { __u32 tid; __u32 pid; __u32 pid_fd; }` of `union bpf_iter_link_info` (linux/bpf.h). It stays where it is. */
const oneTask = new Uint32Array(new ArrayBuffer(12));
let forOne: Uint8Array | undefined;

/** Made once: making them takes longer than the kernel's part of it. */
function optionsForOne(pid: number): Uint8Array {
  oneTask[1] = pid;
  if (forOne === undefined) {
    forOne = Buffer.alloc(koffi.sizeof(attachOptions));
    const { length: size } = forOne;
    koffi.encode(forOne, attachOptions, { size, linkInfo: oneTask, linkInfoLength: oneTask.byteLength });
  }
  return forOne;
}

/** What one read(2) of an iterator gives is no more than 8 pages (kernel/bpf/bpf_iter.c). */
const received = Buffer.alloc(64 * 1024);

function* partsOf(fd: number): Generator<Buffer, void, undefined> {
  for (;;) {
    const length = receivePart(fd);
    if (length === 0) return;
    if (length > 0) yield received.subarray(0, length);
  }
}

/** -1: a million objects went by that the program wrote nothing of (kernel/bpf/bpf_iter.c). */
function receivePart(fd: number): number {
  try {
    return readSync(fd, received);
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return -1;
    throw errno === undefined ? error : new SystemError('read of an iterator', -errno);
  }
}

function check(what: string, pointer: Pointer): Pointer {
  if (pointer === null) throw lastError(what, takeWarnings().join('; '));
  return pointer;
}

function checkStatus(what: string, status: number): void {
  if (status < 0) throw new SystemError(what, -status, takeWarnings().join('; '));
}
