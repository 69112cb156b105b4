import koffi from 'koffi';
import { lastError } from './errors.js';
import { pageSize } from './libc.js';
import type { Way } from './way.js';

const libc = koffi.load(null);
type Address = number;
const mmap = libc.func('mmap', 'intptr_t', ['size_t', 'size_t', 'int', 'int', 'int', 'long']) as (
  at: Address,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => Address;
const munmap = libc.func('munmap', 'int', ['size_t', 'size_t']) as (at: Address, length: number) => number;
const mprotect = libc.func('mprotect', 'int', ['size_t', 'size_t', 'int']) as (
  at: Address,
  length: number,
  protection: number,
) => number;
const mremap = libc.func('intptr_t mremap(size_t at, size_t from, size_t to, int flags, ...)') as (
  at: Address,
  from: number,
  to: number,
  flags: number,
) => Address;
const mlock = libc.func('mlock', 'int', ['size_t', 'size_t']) as (at: Address, length: number) => number;
const munlock = libc.func('munlock', 'int', ['size_t', 'size_t']) as (at: Address, length: number) => number;

// asm-generic/mman-common.h, asm-generic/mman.h; linux/mman.h
const PROT_NONE = 0;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
const MAP_GROWSDOWN = 0x100;
const MAP_POPULATE = 0x8000;
const MREMAP_MAYMOVE = 1;

const ANYWHERE = 0;
const page = pageSize();

function map(flags = 0, protection = PROT_READ | PROT_WRITE, length = page): Address {
  const at = mmap(ANYWHERE, length, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (at === -1) throw lastError('mmap');
  return at;
}

function checked(name: string, result: number): number {
  if (result === -1) throw lastError(name);
  return result;
}

const mapping: Way = {
  name: 'mmap and munmap',
  change: () => {
    checked('munmap', munmap(map(), page));
  },
};

const remapping: Way = {
  name: 'mremap',
  change: () => {
    const moved = checked('mremap', mremap(map(), page, 2 * page, MREMAP_MAYMOVE));
    checked('munmap', munmap(moved, 2 * page));
  },
};

const protecting: Way = {
  name: 'mprotect',
  change: () => {
    const at = map(0, PROT_NONE);
    checked('mprotect', mprotect(at, page, PROT_READ | PROT_WRITE));
    checked('munmap', munmap(at, page));
  },
};

/** The ways in which a process changes the size of its memory (`as`). */
export const changeAddressSpace: readonly Way[] = [mapping, remapping];

/** Of its private writable memory (`data`). */
export const changeData: readonly Way[] = [mapping, remapping, protecting];

/** Of its stacks: of any memory that grows downwards (`stack`). */
export const changeStack: readonly Way[] = [
  {
    name: 'mmap with MAP_GROWSDOWN',
    change: () => {
      checked('munmap', munmap(map(MAP_GROWSDOWN), page));
    },
  },
];

/** Of its memory that cannot be swapped out (`memlock`). */
export const changeLocked: readonly Way[] = [
  {
    name: 'mlock and munlock',
    change: () => {
      const at = map();
      checked('mlock', mlock(at, page));
      checked('munlock', munlock(at, page));
      checked('munmap', munmap(at, page));
    },
  },
];

/** More than what the kernel counts by itself on each of 500 CPUs: it tells every 64 faults, or a batch of twice the CPUs. */
const MANY_PAGES = 1024 * page;

/** Of its memory that is there (`rss`). */
export const changeResident: readonly Way[] = [
  {
    name: 'mmap with MAP_POPULATE, and munmap',
    change: () => {
      const at = map(MAP_POPULATE, PROT_READ | PROT_WRITE, MANY_PAGES);
      checked('munmap', munmap(at, MANY_PAGES));
    },
  },
];
