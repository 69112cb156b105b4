import koffi from 'koffi';
import { closeSync } from 'node:fs';
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
const pipe = libc.func('int pipe(_Out_ int *fds)') as (fds: number[]) => number;
const write = libc.func('write', 'intptr_t', ['int', 'size_t', 'size_t']) as (
  fd: number,
  from: Address,
  length: number,
) => number;
const mlock = libc.func('mlock', 'int', ['size_t', 'size_t']) as (at: Address, length: number) => number;
const munlock = libc.func('munlock', 'int', ['size_t', 'size_t']) as (at: Address, length: number) => number;

// asm-generic/mman-common.h, asm-generic/mman.h; linux/mman.h
const PROT_NONE = 0;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
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

/** A page that grows downwards, and how much was mapped with it: below it is room to grow, and what nobody may touch. */
let growing: Address | undefined;
const GROWING_LENGTH = 3 * page;

const growth: Way = {
  name: 'the growth of a stack',
  prepare: () => {
    const lowest = map(0, PROT_NONE, GROWING_LENGTH);
    growing = lowest + 2 * page;
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN;
    if (mmap(growing, page, PROT_READ | PROT_WRITE, flags, -1, 0) === -1) throw lastError('mmap');
    checked('munmap', munmap(growing - page, page));
  },
  change: () => {
    if (growing === undefined) throw new Error('there is nothing that grows');
    // The kernel reads from where nothing is yet: where it does not grow this fails, and nobody gets a signal.
    const fds = [-1, -1];
    checked('pipe', pipe(fds));
    try {
      checked('write', write(fds[1] ?? -1, growing - page, 1));
    } finally {
      for (const fd of fds) closeSync(fd);
      checked('munmap', munmap(growing - 2 * page, GROWING_LENGTH));
      growing = undefined;
    }
  },
};

/** The ways in which a process changes the size of its memory (`as`). */
export const changeAddressSpace: readonly Way[] = [mapping, remapping, growth];

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
  growth,
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
