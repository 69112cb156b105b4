/**
 * The least that a Node program is which has a program in the kernel: an empty one, at the end of each system call.
 * To be given its object file.
 */
import koffi from 'koffi';

type Pointer = bigint | null;
const libbpf = koffi.load('libbpf.so.1');
const open = libbpf.func('bpf_object__open_file', 'void *', ['str', 'void *']) as (
  file: string,
  options: null,
) => Pointer;
const load = libbpf.func('bpf_object__load', 'int', ['void *']) as (object: Pointer) => number;
const nextProgram = libbpf.func('bpf_object__next_program', 'void *', ['void *', 'void *']) as (
  object: Pointer,
  program: null,
) => Pointer;
const attach = libbpf.func('bpf_program__attach', 'void *', ['void *']) as (program: Pointer) => Pointer;
const giveBackFreedMemory = koffi.load(null).func('malloc_trim', 'int', ['size_t']) as (
  keep: number,
) => number;

const object = open(process.argv[2] ?? '', null);
if (load(object) < 0 || attach(nextProgram(object, null)) === null) throw new Error('it cannot be attached');
giveBackFreedMemory(0);
process.stdout.write('ready\n');
setInterval(() => undefined, 2 ** 30);
