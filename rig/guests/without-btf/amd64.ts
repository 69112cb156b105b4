import { execFileSync } from 'node:child_process';
import { PrepareError } from '../prepare-error.js';

/** Of the boot protocol, where the compressed kernel is (Documentation/x86/boot.rst). */
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;

/** @param image bzImage, @returns the ELF that it holds, packed by xz */
function unpacked(image: Buffer): Buffer {
  const begin = ((image[SETUP_SECTORS] ?? 0) + 1) * SECTOR + image.readUInt32LE(PAYLOAD_OFFSET);
  const payload = image.subarray(begin, begin + image.readUInt32LE(PAYLOAD_LENGTH));
  return execFileSync('xz', ['-dc', '--single-stream'], { input: payload, maxBuffer: 2 ** 30 });
}

interface Section {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** `Elf64_Ehdr`, `Elf64_Shdr`: the lower half of each address, which is all that instructions have of it. */
function sectionOf(elf: Buffer, wanted: string): Section {
  const table = Number(elf.readBigUInt64LE(40));
  const at = (index: number) => table + index * 64;
  const names = Number(elf.readBigUInt64LE(at(elf.readUInt16LE(62)) + 24));
  for (let index = 0; index < elf.readUInt16LE(60); index++) {
    const name = names + elf.readUInt32LE(at(index));
    if (elf.toString('latin1', name, elf.indexOf(0, name)) === wanted)
      return {
        address: elf.readUInt32LE(at(index) + 16),
        offset: Number(elf.readBigUInt64LE(at(index) + 24)),
        size: Number(elf.readBigUInt64LE(at(index) + 32)),
      };
  }
  throw new PrepareError(`the kernel has no section ${wanted}`);
}

/** Where the only place is that has these bytes, in hexadecimal digits; `..` stands for any. */
function placeOf(what: string, elf: Buffer, pattern: string): number {
  const digits: readonly string[] = pattern.replaceAll(' ', '').match(/../g) ?? [];
  const begin = Buffer.from(digits.slice(0, digits.indexOf('..')).join(''), 'hex');
  const isThere = (at: number) =>
    digits.every((each, index) => each === '..' || elf[at + index] === Number.parseInt(each, 16));
  const found: number[] = [];
  for (let at = elf.indexOf(begin); at >= 0; at = elf.indexOf(begin, at + 1)) if (isThere(at)) found.push(at);
  const [place, ...others] = found;
  if (place === undefined || others.length > 0)
    throw new PrepareError(`${what} is not where it was in Debian's 6.1 (${found.length} places)`);
  return place;
}

/** The four bytes of a number, as an instruction has it. */
function word(number: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes.toString('hex');
}

/** @param image bzImage, @returns what is made of it, an ELF which qemu boots as well and which has its types still */
export function withoutBtfOnAmd64(image: Buffer): Buffer {
  const elf = unpacked(image);
  const types = sectionOf(elf, '.BTF');
  // mov btf_vmlinux, %rax; test %rax, %rax; je to where they are read; jmp __x86_return_thunk
  const get = placeOf(
    'bpf_get_btf_vmlinux()',
    elf,
    '488b05 ........ 4885c0 7405 e9........ 4883ec08 48c7c7........ e8........',
  );
  elf.write('9090', get + 10, 'hex');
  // mov $__stop_BTF, %rax; sub $__start_BTF, %rax; mov %rax, the size; je out
  const stop = word(types.address + types.size);
  const init = placeOf(
    'btf_vmlinux_init()',
    elf,
    `48c7c0 ${stop} 482d ${word(types.address)} 488905........ 74`,
  );
  elf.write('eb', init + 20, 'hex');
  const ids = sectionOf(elf, '.BTF_ids');
  elf.fill(0, ids.offset, ids.offset + ids.size);
  return elf;
}
