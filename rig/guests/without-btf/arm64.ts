import { PrepareError } from '../prepare-error.js';
import { elfOf } from './elf.js';

/** The value of an instruction, and which of its bits are asked for: others are addresses and registers' offsets. */
type Instruction = readonly [value: number, mask?: number];

const ALL = 0xffffffff;
const BRANCH = 0xfc000000;
const ADDRESS_OF_PAGE = 0x9f00001f;
const OFFSET_IN_PAGE = 0xffc003ff;

/** ldar btf_vmlinux, %x19; cbz to where they are read; ...; the way to there begins with mutex_lock(). */
const GET: readonly Instruction[] = [
  [0x91000280, OFFSET_IN_PAGE], // add x0, x20, #
  [0xc8dffc13], // ldar x19, [x0]
  [0xb40000d3], // cbz x19, the fifth from here
  [0xaa1303e0], // mov x0, x19
  [0xa94153f3], // ldp x19, x20, [sp, #16]
  [0xa8c37bfd], // ldp x29, x30, [sp], #48
  [0xd50323bf], // autiasp
  [0xd65f03c0], // ret
  [0xf90013f5], // str x21, [sp, #32]
  [0x90000015, ADDRESS_OF_PAGE], // adrp x21, page
  [0x910002b5, OFFSET_IN_PAGE], // add x21, x21, #
  [0xaa1503e0], // mov x0, x21
  [0x94000000, BRANCH], // bl mutex_lock
  [0xf9400293, OFFSET_IN_PAGE], // ldr x19, [x20, #]
];
const WAY_TO_READ = 2;

/** The size is __stop_BTF - __start_BTF; whether the second is there, then whether there is a size. */
const INIT: readonly Instruction[] = [
  [0xcb010000], // sub x0, x0, x1
  [0xf9000a60], // str x0, [x19, #16]
  [0xb4000001, 0xff00001f], // cbz x1, out
  [0xb4000000, 0xff00001f], // cbz x0, out
  [0x90000001, ADDRESS_OF_PAGE], // adrp x1, page
];
const WAY_OUT = 2;

const NOP = 0xd503201f;
const B = 0x14000000;

/** `struct btf_header` (linux/btf.h) as far as it is the same in each kernel: magic, version, flags, length. */
const BTF_HEADER = Buffer.from('9feb010018000000', 'hex');
/** `struct elf_note` before a build id of 20 bytes. */
const NOTE = Buffer.from('040000001400000003000000474e5500', 'hex');
const BUILD_ID = 20;
const PAGE = 4096;
/** So much of nothing is no list of types. */
const NOTHING = Buffer.alloc(64);

/**
 * @param image which qemu boots as it is; it has no sections
 * @returns what is made of it, and its types and its build id as an ELF
 */
export function withoutBtfOnArm64(image: Buffer): { kernel: Buffer; types: Buffer } {
  if (image.toString('latin1', 0x38, 0x3c) !== 'ARM\x64')
    throw new PrepareError('the kernel for arm64 is packed, which that of Debian 12 is not');
  const kernel = Buffer.from(image);
  const get = placeOf('bpf_get_btf_vmlinux()', kernel, GET) + 4 * WAY_TO_READ;
  kernel.writeUInt32LE(NOP, get);
  const init = placeOf('btf_vmlinux_init()', kernel, INIT) + 4 * WAY_OUT;
  // The branch of cbz has its distance in the bits 5 to 23, that of b in the lowest.
  kernel.writeUInt32LE(B + ((kernel.readUInt32LE(init) >>> 5) & 0x7ffff), init);

  const begin = kernel.indexOf(BTF_HEADER);
  const note = kernel.lastIndexOf(NOTE, begin);
  if (begin < 0 || note < 0) throw new PrepareError('the kernel has no types, or no build id before them');
  const end =
    begin + BTF_HEADER.readUInt32LE(4) + kernel.readUInt32LE(begin + 16) + kernel.readUInt32LE(begin + 20);
  const types = elfOf(
    { name: '.note.gnu.build-id', isNote: true, bytes: image.subarray(note, note + NOTE.length + BUILD_ID) },
    { name: '.BTF', isNote: false, bytes: image.subarray(begin, end) },
  );
  // .BTF_ids follows (include/asm-generic/vmlinux.lds.h), and nothing else to the end of its last page.
  let last = Math.ceil(end / PAGE) * PAGE;
  while (!kernel.subarray(last - NOTHING.length, last).equals(NOTHING)) last += PAGE;
  kernel.fill(0, end, last);
  return { kernel, types };
}

/** Where the only place is that has these instructions. */
function placeOf(what: string, image: Buffer, pattern: readonly Instruction[]): number {
  const isThere = (at: number) =>
    pattern.every(
      ([value, mask = ALL], index) => (image.readUInt32LE(at + 4 * index) & mask) >>> 0 === value,
    );
  const found: number[] = [];
  for (let at = 0; at + 4 * pattern.length <= image.length; at += 4) if (isThere(at)) found.push(at);
  const [place, ...others] = found;
  if (place === undefined || others.length > 0)
    throw new PrepareError(`${what} is not where it was in Debian's 6.1 (${found.length} places)`);
  return place;
}
