import koffi from 'koffi';
import { lastError } from './errors.js';

const libc = koffi.load(null);
const mmap = libc.func('mmap', 'intptr_t', ['void *', 'size_t', 'int', 'int', 'int', 'long']) as (
  address: null,
  size: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => number | bigint;
const munmap = libc.func('munmap', 'int', ['intptr_t', 'size_t']) as (
  address: number | bigint,
  size: number,
) => number;
const memcpy = libc.func('memcpy', 'void', ['void *', 'void *', 'size_t']) as (
  to: bigint | Uint8Array,
  from: bigint | Uint8Array,
  size: number,
) => void;

/** asm-generic/mman-common.h, linux/mman.h */
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** The value of an array map, which this process and the programs have in one memory. */
export class MappedMemory {
  readonly #address: bigint;
  readonly #size: number;
  /** The memory itself: never to be touched once it is unmapped. */
  readonly #numbers: Int32Array;
  #closed = false;

  /**
   * @param fd of the map, which was made with BPF_F_MMAPABLE
   * @param size in bytes
   * @throws SystemError
   */
  constructor(fd: number, size: number) {
    const address = mmap(null, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (Number(address) === -1) throw lastError('mmap');
    this.#address = BigInt(address);
    this.#size = size;
    this.#numbers = new Int32Array(koffi.view(this.#address, size - (size % 4)));
  }

  /** A copy of what is there now. */
  read(): Uint8Array {
    this.#mustBeOpen();
    const bytes = new Uint8Array(this.#size);
    memcpy(bytes, this.#address, this.#size);
    return bytes;
  }

  /** Whether the first `length` bytes, a multiple of 4, are others by now than in a copy of before. */
  isOther(before: Uint8Array, length: number): boolean {
    this.#mustBeOpen();
    const numbers = new Int32Array(before.buffer, before.byteOffset, length / 4);
    return numbers.some((number, index) => number !== this.#numbers[index]);
  }

  write(bytes: Uint8Array, offset = 0): void {
    this.#mustBeOpen();
    if (offset + bytes.length > this.#size) throw new RangeError(`there are only ${this.#size} bytes`);
    memcpy(this.#address + BigInt(offset), bytes, bytes.length);
  }

  /** Writes a number of 32 bits, which everybody sees before whatever this process reads after that. */
  setNumber(offset: number, value: number): void {
    this.#mustBeOpen();
    Atomics.store(this.#numbers, offset / 4, value);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    munmap(this.#address, this.#size);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error('the object is closed');
  }
}
