import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  MOST_WEIGHT,
  SYSCALLS,
  WEIGHT_BY_ABI,
  WEIGHT_BY_BYTES,
  WEIGHT_UNKNOWN,
} from '../../../src/rlimit-events/layout/index.js';
import { I386 } from '../../../src/rlimit-events/loading/i386.js';
import { KERNEL_RESOURCES } from '../../../src/rlimit-events/loading/kernel-resources.js';
import {
  descriptorWeights,
  everyCall,
  limitWeights,
  memoryWeights,
  setuidNumbers,
} from '../../../src/rlimit-events/loading/syscalls.js';

const SOURCE = new URL('../../../../src/rlimit-events/loading/syscalls.ts', import.meta.url);

type Column = 'x64' | 'arm64';
interface Row {
  readonly name: string;
  readonly x64: number | null;
  readonly arm64: number | null;
}

/** The rows as they are written: a number that occurs twice shows nowhere else. */
function rows(): Row[] {
  const text = readFileSync(SOURCE, 'utf8');
  const tables = text.slice(text.indexOf('\nconst '));
  const number = (written = '') => (written === 'null' ? null : Number(written));
  return [...tables.matchAll(/^ {2}(\w+): \[(\d+|null), (\d+|null)\],$/gm)].map(
    ([, name = '', x64, arm64]) => ({
      name,
      x64: number(x64),
      arm64: number(arm64),
    }),
  );
}

/** The header of each architecture, and what its own asm/unistd.h defines before including it. */
const HEADERS: Record<Column, { file: string; defines: string[] }> = {
  x64: { file: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h', defines: [] },
  arm64: {
    file: '/usr/include/asm-generic/unistd.h',
    defines: ['RENAMEAT', 'NEW_STAT', 'SET_GET_RLIMIT', 'TIME32_SYSCALLS', 'SYS_CLONE3', 'MEMFD_SECRET'].map(
      (name) => `-D__ARCH_WANT_${name}`,
    ),
  },
};

function numbersIn({ file, defines }: { file: string; defines: string[] }): Map<string, number> {
  const macros = new Map(
    execFileSync('gcc', ['-E', '-dM', ...defines, '-xc', file], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^#define (__NR\w+) (\w+)$/.exec(line))
      .map((match) => [match?.[1] ?? '', match?.[2] ?? '']),
  );
  const resolve = (value: string): number =>
    Number(macros.has(value) ? resolve(macros.get(value) ?? '') : value);
  return new Map(
    [...macros]
      .filter(([name]) => name.startsWith('__NR_'))
      .map(([name, value]) => [name.replace('__NR_', ''), resolve(value)]),
  );
}

const HEADER_OF_I386 = { file: '/usr/include/x86_64-linux-gnu/asm/unistd_32.h', defines: [] };

describe('the numbers in the programs', () => {
  const text = readFileSync(
    new URL('../../../../src/rlimit-events/bpf/hooks/syscall.bpf.h', import.meta.url),
    'utf8',
  );
  const written = (name: string) => Number(new RegExp(`NR_${name} = (\\d+)`).exec(text)?.[1]);

  it.each([
    ['X86_64', HEADERS.x64],
    ['I386', HEADER_OF_I386],
    ['ARM64', HEADERS.arm64],
  ])("are those of the kernel's header on %s", (architecture, header) => {
    const names = ['prlimit64', 'unshare', 'setns'];
    const numbers = names.map((name) => written(`${name.toUpperCase()}_${architecture}`));
    // An arm64 machine has no headers of x86, and neither has one of arm (369, 337 and 375 there).
    if (existsSync(header.file)) expect(numbers).toEqual(names.map((name) => numbersIn(header).get(name)));
    else expect(process.arch).not.toBe('x64');
  });

  // Of i386, whose numbers arm has taken over.
  (existsSync(HEADER_OF_I386.file) ? it : it.skip)('have each setuid of 32-bit programs', () => {
    const header = numbersIn(HEADER_OF_I386);
    const names = ['setuid', 'setreuid', 'setresuid'].flatMap((name) => [name, `${name}32`]);
    expect(names.map((name) => written(`${name.toUpperCase()}_OF_32_BITS`))).toEqual(
      names.map((name) => header.get(name)),
    );
  });

  // What is common of a watched process does not ask whether it was prlimit64.
  it.each(Object.entries(KERNEL_RESOURCES))(
    'of prlimit64 are those of no common system call of %s',
    (_name, { weights }) => {
      for (const [architecture, names] of [
        ['x64', ['X86_64', 'I386']],
        ['arm64', ['ARM64']],
      ] as const)
        for (const name of names)
          expect(weights(architecture)[written(`PRLIMIT64_${name}`)]).toBeGreaterThanOrEqual(WEIGHT_BY_ABI);
    },
  );
});

/** Without the mark for what a 32-bit program's call of the number can do. */
function ofPrograms64(weight: number): number {
  return weight === WEIGHT_UNKNOWN ? weight : weight & ~WEIGHT_BY_ABI;
}

/** Those that can install any number, and change nothing else that has a table. */
const MANY = ['bpf', 'sendmmsg'];
const SENDING = ['sendto', 'sendmsg', 'sendfile', 'splice', 'write'];

describe('the weights of the system calls', () => {
  const table = rows();

  it('are found in the source', () => {
    expect(table.length).toBeGreaterThan(200);
  });

  describe.each(['x64', 'arm64'] as const)('on %s', (column) => {
    const numbers = table.map((row) => row[column]).filter((number) => number !== null);

    it('name each number once', () => {
      expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
    });

    // An arm64 machine has no header of x86-64.
    (existsSync(HEADERS[column].file) ? it : it.skip)("have the numbers of the kernel's header", () => {
      const header = numbersIn(HEADERS[column]);
      expect(header.size).toBeGreaterThan(290);
      const written = table.map(({ name, ...row }) => [name, row[column]]);
      expect(written).toEqual(table.map(({ name }) => [name, header.get(name) ?? null]));
      const setuid = ['setuid', 'setreuid', 'setresuid'].map((name) => header.get(name));
      expect(setuidNumbers(column)).toEqual(setuid);
    });

    it('are unknown for every other number', () => {
      const weights = descriptorWeights(column);
      const known = [...weights.keys()].filter((number) => weights[number] !== WEIGHT_UNKNOWN);
      const any = table.filter(({ name }) => MANY.includes(name)).map((row) => row[column]);
      expect(known).toEqual(numbers.filter((number) => !any.includes(number)).sort((a, b) => a - b));
      expect(weights).toHaveLength(SYSCALLS);
    });

    it('go by the bytes where each part of what is sent can install one', () => {
      const weights = descriptorWeights(column);
      const sending = table
        .filter(({ name }) => SENDING.includes(name))
        .map((row) => weights[row[column] ?? -1]);
      expect(sending.map((weight = 0) => ofPrograms64(weight))).toEqual(SENDING.map(() => WEIGHT_BY_BYTES));
    });

    it('move memory by any amount or not at all', () => {
      const weights = memoryWeights(column).map(ofPrograms64);
      const still = table.filter((row) => weights[row[column] ?? -1] === 0).map(({ name }) => name);
      const moving = ['mmap', 'mprotect', 'munmap', 'brk', 'mremap', 'shmat', 'shmdt', 'mlock', 'munlock'];
      expect(still.filter((name) => moving.includes(name))).toEqual([]);
      expect(still).toEqual(expect.arrayContaining(['read', 'openat', 'close', 'recvmsg', 'clone', ...MANY]));
      const known = [...weights.keys()].filter((number) => weights[number] !== WEIGHT_UNKNOWN);
      expect(known.filter((number) => weights[number] !== 0 || !numbers.includes(number))).toEqual([]);
      expect(new Set(everyCall())).toEqual(new Set([WEIGHT_UNKNOWN]));
    });
  });

  // An arm64 machine has no header of i386.
  (existsSync(HEADER_OF_I386.file) ? describe : describe.skip)("on i386, as marked on x64's numbers", () => {
    const header = numbersIn(HEADER_OF_I386);
    const names = new Map([...header].map(([name, number]) => [number, name]));

    it("have the numbers of the kernel's header", () => {
      expect(header.size).toBeGreaterThan(400);
      expect(I386).toEqual(Object.fromEntries(Object.keys(I386).map((name) => [name, header.get(name)])));
    });

    it.each(Object.entries(KERNEL_RESOURCES))(
      'are no more than those of the other call of the number, of %s',
      (_name, { weights }) => {
        const ofX64 = weights('x64');
        const weightByName = new Map(
          table.flatMap(({ name, x64 }) => (x64 === null ? [] : [[name, ofPrograms64(ofX64[x64] ?? 0)]])),
        );
        const isMore = (number: number) => {
          const name = names.get(number) ?? 'none';
          if (/^(set(re|res)?uid|setrlimit|prlimit64)/.test(name))
            return weights !== limitWeights || !name.includes('uid');
          // Of limits, every other call is known to change nothing.
          if (weights === limitWeights) return false;
          if (I386[name] !== number) return true;
          const weight = ofX64[number] ?? 0;
          const other = weightByName.get(name) ?? 0;
          return (other & MOST_WEIGHT) > (weight & MOST_WEIGHT) || (other & WEIGHT_BY_BYTES & ~weight) !== 0;
        };
        const unmarked = [...ofX64.keys()].filter((number) => (ofX64[number] ?? 0) < WEIGHT_BY_ABI);
        expect(unmarked.filter(isMore).map((number) => [number, names.get(number)])).toEqual([]);
      },
    );

    it('are asked for where they can be more', () => {
      const weights = descriptorWeights('x64');
      // openat, and close beside a read, which has installed none if it returned 0.
      expect([weights[257], weights[3]]).toEqual([1, 1 | WEIGHT_BY_BYTES]);
      // fstat beside open, getuid beside socketcall, read beside restart_syscall.
      expect([weights[5], weights[102], weights[0]]).toEqual([WEIGHT_BY_ABI, WEIGHT_BY_ABI, WEIGHT_BY_BYTES]);
      // Whoever forks, sets a user or a limit, or waits for a child.
      const { nproc, cpu } = KERNEL_RESOURCES;
      for (const number of [2, 7, 23, 203, 75])
        expect((nproc.weights('x64')[number] ?? 0) & WEIGHT_BY_ABI).not.toBe(0);
      expect([75, 340].map((number) => cpu.weights('x64')[number])).toEqual([WEIGHT_BY_ABI, WEIGHT_BY_ABI]);
    });
  });

  it('are all unknown on an architecture without a table', () => {
    for (const weights of [descriptorWeights('riscv64'), memoryWeights('riscv64')])
      expect(new Set(weights)).toEqual(new Set([WEIGHT_UNKNOWN]));
    expect(setuidNumbers('riscv64')).toEqual(Array(3).fill(0xffff_ffff));
  });
});
