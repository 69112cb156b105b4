import { ATTACH_MODES, type AttachMode } from '../../src/rlimit-events/index.js';
import type { Architecture } from './architecture.js';

/** A stock kernel of Debian's that the descriptor has to work on, and how it is booted. */
export interface Kernel {
  /** What --only takes, and the folder of its runs is called. */
  name: string;
  architecture: Architecture;
  /** The release of Debian, or its backports, where the kernel is; of several updates the newest is taken. */
  suite: string;
  /** The version's first numbers, and the end of the package's name. */
  version: string;
  flavour: string;
  /** On the kernel's command line. */
  parameters: readonly string[];
  /** Whether it knows its types; without, it is one of Debian's that is made to behave as if it had been built so. */
  hasBtf: boolean;
  /** The attach modes that this kernel has. `auto` is in each. */
  modes: readonly AttachMode[];
}

type Row = [
  name: string,
  suite: string,
  differing?: Partial<Omit<Kernel, 'name' | 'architecture' | 'suite'>>,
];

const row =
  (architecture: Architecture) =>
  ([name, suite, differing]: Row): Kernel => ({
    name,
    architecture,
    suite,
    version: name,
    flavour: architecture,
    parameters: [],
    hasBtf: true,
    modes: ATTACH_MODES,
    ...differing,
  });

/**
 * Two that trace each switch between tasks from the start on. Otherwise each descriptor that opens and closes has the
 * kernel patch the hottest of its code, and qemu 7.2 may run what was there meanwhile when it is there no more: now and
 * then the guest dies with `Oops: int3` in __schedule() (see main.ts).
 */
const tracedSwitches = {
  parameters: ['trace_event=sched:sched_switch', 'trace_instance=second,sched:sched_switch'],
};

const full = { parameters: ['preempt=full'] };

/** Trampolines need a kernel that knows its types, and on arm64 one that can call them from functions, as from 6.4 on. */
const withoutTrampolines: AttachMode[] = ['kprobe', 'tracepoint'];

/** Those of the releases first; then those that can preempt a BPF program while it runs. */
const amd64: readonly Row[] = [
  ['5.10', 'bullseye'],
  ['6.1', 'bookworm'],
  ['6.12', 'trixie'],
  // As those of most boards are: see docs/boards.md.
  ['6.1-nobtf', 'bookworm', { version: '6.1', hasBtf: false, modes: withoutTrampolines }],
  // Trampolines are preempted, tracepoints are not.
  ['6.1-full', 'bookworm', { version: '6.1', ...full }],
  ['6.12-full', 'trixie', { version: '6.12', ...full }],
  ['6.12-rt', 'trixie', { version: '6.12', flavour: 'rt-amd64' }],
  // Lazy preemption is its default.
  ['6.18', 'trixie-backports'],
  // Tracepoints are preempted too: ordinary ones from 7.0 on, those of system calls from 7.2 on.
  ['7.3', 'trixie-backports', tracedSwitches],
];

const arm64: readonly Row[] = [
  ['5.10', 'bullseye', { modes: withoutTrampolines }],
  ['6.1', 'bookworm', { modes: withoutTrampolines }],
  ['6.12', 'trixie'],
  // Pages of 16 KiB.
  ['6.12-16k', 'trixie', { version: '6.12', flavour: 'arm64-16k' }],
  ['6.1-nobtf', 'bookworm', { version: '6.1', hasBtf: false, modes: withoutTrampolines }],
];

export const kernels: readonly Kernel[] = [...amd64.map(row('amd64')), ...arm64.map(row('arm64'))];
