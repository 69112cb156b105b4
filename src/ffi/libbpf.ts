import koffi, { type LibraryHandle } from 'koffi';
import { LibraryMissingError } from './errors.js';

/** An address in C. */
export type Pointer = bigint | null;

type Signatures = Record<string, (...values: never[]) => unknown>;

/** libbpf's functions that are called, as <bpf/libbpf.h> and <bpf/bpf.h> of version 1.0 declare them. */
export interface Libbpf extends Signatures {
  libbpf_set_print(callback: Pointer): Pointer;
  bpf_object__open_mem(bytes: Uint8Array, size: number, options: Uint8Array | null): Pointer;
  bpf_object__load(object: Pointer): number;
  bpf_object__close(object: Pointer): void;
  bpf_object__next_map(object: Pointer, before: Pointer): Pointer;
  bpf_object__find_map_by_name(object: Pointer, name: string): Pointer;
  bpf_object__find_program_by_name(object: Pointer, name: string): Pointer;
  bpf_prog_load(
    type: number,
    name: string,
    license: string,
    instructions: Uint8Array,
    count: number,
    options: Uint8Array,
  ): number;
  bpf_map__set_initial_value(map: Pointer, bytes: Uint8Array, size: number): number;
  bpf_map__set_max_entries(map: Pointer, entries: number): number;
  bpf_map__fd(map: Pointer): number;
  bpf_map__initial_value(map: Pointer, size: BigUint64Array): Pointer;
  bpf_program__set_autoload(program: Pointer, autoload: boolean): number;
  bpf_program__fd(program: Pointer): number;
  bpf_prog_test_run_opts(fd: number, options: Uint8Array): number;
  bpf_obj_get_info_by_fd(fd: number, info: Uint8Array, size: Uint32Array): number;
  bpf_program__attach(program: Pointer): Pointer;
  bpf_program__attach_iter(program: Pointer, options: Uint8Array | null): Pointer;
  bpf_link__fd(link: Pointer): number;
  bpf_link__destroy(link: Pointer): number;
  bpf_iter_create(linkFd: number): number;
  ring_buffer__new(mapFd: number, callback: Pointer, context: null, options: null): Pointer;
  ring_buffer__add(ring: Pointer, mapFd: number, callback: Pointer, context: null): number;
  ring_buffer__epoll_fd(ring: Pointer): number;
  ring_buffer__consume(ring: Pointer): number;
  ring_buffer__free(ring: Pointer): void;
}

// Types without a name: jest loads this file once for each test file over one native addon,
// where a second type of the same name is an error.
const prototypes: Record<keyof Libbpf & string, [result: string, ...parameters: string[]]> = {
  libbpf_set_print: ['void *', 'void *'],
  bpf_object__open_mem: ['void *', 'void *', 'size_t', 'void *'],
  bpf_object__load: ['int', 'void *'],
  bpf_object__close: ['void', 'void *'],
  bpf_object__next_map: ['void *', 'void *', 'void *'],
  bpf_object__find_map_by_name: ['void *', 'void *', 'str'],
  bpf_object__find_program_by_name: ['void *', 'void *', 'str'],
  bpf_prog_load: ['int', 'int', 'str', 'str', 'void *', 'size_t', 'void *'],
  bpf_map__set_initial_value: ['int', 'void *', 'void *', 'size_t'],
  bpf_map__set_max_entries: ['int', 'void *', 'uint32_t'],
  bpf_map__fd: ['int', 'void *'],
  bpf_map__initial_value: ['void *', 'void *', 'void *'],
  bpf_program__set_autoload: ['int', 'void *', 'bool'],
  bpf_program__fd: ['int', 'void *'],
  bpf_prog_test_run_opts: ['int', 'int', 'void *'],
  bpf_obj_get_info_by_fd: ['int', 'int', 'void *', 'void *'],
  bpf_program__attach: ['void *', 'void *'],
  bpf_program__attach_iter: ['void *', 'void *', 'void *'],
  bpf_link__fd: ['int', 'void *'],
  bpf_link__destroy: ['int', 'void *'],
  bpf_iter_create: ['int', 'int'],
  ring_buffer__new: ['void *', 'int', 'void *', 'void *', 'void *'],
  ring_buffer__add: ['int', 'void *', 'int', 'void *', 'void *'],
  ring_buffer__epoll_fd: ['int', 'void *'],
  ring_buffer__consume: ['int', 'void *'],
  ring_buffer__free: ['void', 'void *'],
};

let loaded: Libbpf | undefined;

/**
 * libbpf, loaded at the first call.
 *
 * @throws LibraryMissingError
 */
export function libbpf(): Libbpf {
  loaded ??= load();
  return loaded;
}

function load(): Libbpf {
  let library: LibraryHandle;
  try {
    library = koffi.load('libbpf.so.1');
  } catch {
    throw new LibraryMissingError('libbpf.so.1', 'libbpf1');
  }
  const functions = Object.fromEntries(
    Object.entries(prototypes).map(([name, [result, ...parameters]]) => [
      name,
      library.func(name, result, parameters),
    ]),
  ) as unknown as Libbpf;
  functions.libbpf_set_print(koffi.register(collect, koffi.pointer(printPrototype)));
  return functions;
}

// int print(enum libbpf_print_level, const char *format, va_list arguments). What a va_list is
// differs by architecture, but each of x86-64, arm64 and armhf passes it on in one word.
const printPrototype = koffi.proto('int', ['int', 'str', 'void *']);
const vsnprintf = koffi.load(null).func('vsnprintf', 'int', ['void *', 'size_t', 'str', 'void *']) as (
  ...values: unknown[]
) => number;

const LIBBPF_WARN = 0;
const MOST_LINES = 200;
let lines: string[] = [];

/** Keeps libbpf's warnings for the error that is about to be made, and off everybody's standard error. */
function collect(level: number, format: string, values: Pointer): number {
  if (level === LIBBPF_WARN && lines.length < MOST_LINES) {
    const text = Buffer.alloc(4096);
    const length = vsnprintf(text, text.length, format, values);
    lines.push(text.toString('utf8', 0, Math.min(length, text.length - 1)).trimEnd());
  }
  return 0;
}

/** What libbpf has warned of since the last call. */
export function takeWarnings(): string[] {
  const taken = lines;
  lines = [];
  return taken;
}
