import { ATTACH_MODES, type AttachMode } from '../../src/rlimit-events/index.js';

/** A stock kernel of Debian's that the descriptor has to work on, and how it is booted. */
export interface Kernel {
  /** What --only takes, and the folder of its runs is called. */
  name: string;
  /** The release of Debian, or its backports, where the kernel is; of several updates the newest is taken. */
  suite: string;
  /** The version's first numbers, and the end of the package's name. */
  version: string;
  flavour: 'amd64' | 'rt-amd64';
  /** On the kernel's command line. */
  parameters: readonly string[];
  /** The attach modes that this kernel has. `auto` is in each. */
  modes: readonly AttachMode[];
}

const kernel = (
  name: string,
  suite: string,
  differing: Partial<Omit<Kernel, 'name' | 'suite'>> = {},
): Kernel => ({
  name,
  suite,
  version: name,
  flavour: 'amd64',
  parameters: [],
  modes: ATTACH_MODES,
  ...differing,
});

const full = { parameters: ['preempt=full'] };

/** Those of the releases first; then those that can preempt a BPF program while it runs. */
export const kernels: readonly Kernel[] = [
  kernel('5.10', 'bullseye'),
  kernel('6.1', 'bookworm'),
  kernel('6.12', 'trixie'),
  // Trampolines are preempted, tracepoints are not.
  kernel('6.1-full', 'bookworm', { version: '6.1', ...full }),
  kernel('6.12-full', 'trixie', { version: '6.12', ...full }),
  kernel('6.12-rt', 'trixie', { version: '6.12', flavour: 'rt-amd64' }),
  // Lazy preemption is its default.
  kernel('6.18', 'trixie-backports'),
  // Tracepoints are preempted too: ordinary ones from 7.0 on, those of system calls from 7.2 on.
  kernel('7.3', 'trixie-backports'),
];
