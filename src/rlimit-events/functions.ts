import { readFileSync } from 'node:fs';
import type { AttachMode } from './attach.js';

/** What calls for a look, by mode. A program is named by its way of attaching and its function (bpf/functions.h). */
export type Programs = Record<AttachMode, () => readonly string[]>;

/** See whose limit is set. At the end of a system call prlimit(2) is seen as well. */
const SET_LIMIT = {
  fentry: ['fexit__do_prlimit'],
  kprobe: ['kprobe__do_prlimit', 'kretprobe__do_prlimit'],
};

const SYSCALL_END = ['syscall_ends'];

/** At their entry, and at their return. */
interface Functions {
  readonly entered: readonly string[];
  readonly left: readonly string[];
}

/**
 * Every way of closing passes one of the two after the bit is cleared: filp_close() until close(2) went over to
 * filp_flush() in 6.6 or so (fs/open.c).
 */
const CLOSING = ['filp_flush', 'filp_close'];
const descriptors = (closing: readonly string[]): Functions => ({
  entered: ['fd_install', ...closing],
  left: ['do_dup2', 'put_unused_fd', '__close_range'],
});

/** What takes mappings away accounts for them itself from 6.12 on (mm/vma.c). */
const UNMAPPING = ['vms_complete_munmap_vmas'];
const memory = (unmapping: readonly string[]): Functions => ({
  entered: [],
  left: ['vm_stat_account', ...unmapping],
});

/** What sees the count of open descriptors change on this kernel. */
export const descriptorPrograms = programs(() => descriptors(CLOSING.filter(isInKernel).slice(0, 1)));

/** What sees the size of a process's memory, of its data and of its stack change. */
export const memoryPrograms = programs(() => memory(UNMAPPING.filter(isInKernel)));

/** Where no function is passed by all changes. */
export const syscallPrograms: Programs = {
  fentry: () => SYSCALL_END,
  kprobe: () => SYSCALL_END,
  tracepoint: () => SYSCALL_END,
};

/** All that there are in an object. */
export const allPrograms: readonly string[] = [
  ...[descriptors(CLOSING), memory(UNMAPPING)].flatMap((functions) => [
    ...inMode('fentry', functions),
    ...inMode('kprobe', functions),
  ]),
  ...SYSCALL_END,
];

function programs(functions: () => Functions): Programs {
  return {
    fentry: () => inMode('fentry', functions()),
    kprobe: () => inMode('kprobe', functions()),
    tracepoint: () => SYSCALL_END,
  };
}

function inMode(mode: 'fentry' | 'kprobe', { entered, left }: Functions): readonly string[] {
  const atReturn = { fentry: 'fexit', kprobe: 'kretprobe' }[mode];
  return [
    ...entered.map((name) => `${mode}__${name}`),
    ...left.map((name) => `${atReturn}__${name}`),
    ...SET_LIMIT[mode],
  ];
}

let inKernel: ReadonlySet<string> | undefined;

/** Whether it is one of those that not every kernel has, and this one does. It is looked up once, in megabytes. */
function isInKernel(name: string): boolean {
  if (!inKernel) {
    const symbols = readFileSync('/proc/kallsyms', 'utf8');
    const has = (each: string) => new RegExp(`^\\S+ [tT] ${each}$`, 'm').test(symbols);
    inKernel = new Set([...CLOSING, ...UNMAPPING].filter(has));
  }
  return inKernel.has(name);
}
