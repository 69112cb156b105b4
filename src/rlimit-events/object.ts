import { existsSync, readFileSync } from 'node:fs';
import { BpfObject, SystemError } from '../ffi/index.js';
import { programsToAttach, programsToSkip, type AttachMode } from './attach.js';
import { RlimitEventsError } from './errors.js';
import { encodeConfig } from './layout.js';
import { syscallWeights } from './syscalls.js';

const OBJECT = new URL('./bpf/rlimit_events.bpf.o', import.meta.url);
const KERNEL_BTF = '/sys/kernel/btf/vmlinux';

export interface Sizes {
  /** How many processes can be watched at once. */
  readonly processes: number;
  /** How many bytes of events can wait; a power of two, and at least a page. */
  readonly queueBytes: number;
}

/**
 * Brings the programs into the kernel and attaches them.
 *
 * @throws RlimitEventsError not-permitted, no-btf or unsupported; LibraryMissingError
 */
export function loadObject(mode: AttachMode, sizes: Sizes): BpfObject {
  if (!existsSync(KERNEL_BTF))
    throw new RlimitEventsError(
      'no-btf',
      `this kernel has no ${KERNEL_BTF}: it needs one built with CONFIG_DEBUG_INFO_BTF, as Debian's are from 5.10 on`,
    );
  const object = new BpfObject(readFileSync(OBJECT));
  try {
    object.setInitialValue('.rodata.config', encodeConfig(syscallWeights(process.arch)));
    object.setMaxEntries('subjects', sizes.processes);
    object.setMaxEntries('events', sizes.queueBytes);
    for (const program of programsToSkip(mode)) object.skipProgram(program);
    object.load();
    for (const program of programsToAttach(mode)) object.attach(program);
    return object;
  } catch (error) {
    object.close();
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.code !== 'EPERM' && error.code !== 'EACCES')
    return new RlimitEventsError(
      'unsupported',
      `the kernel does not take the BPF programs: ${error.message}`,
      {
        cause: error,
      },
    );
  const missing = missingCapabilities();
  return new RlimitEventsError(
    'not-permitted',
    missing.length > 0
      ? `not permitted: ${missing.join(' and ')} missing; run as root or with these capabilities`
      : 'not permitted: the kernel refuses BPF programs here, though the capabilities are there (a container or lockdown?)',
    { cause: error },
  );
}

/** Numbers of linux/capability.h */
const NEEDED = { CAP_BPF: 39n, CAP_PERFMON: 38n };
const CAP_SYS_ADMIN = 21n;

function missingCapabilities(): string[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (number: bigint) => ((effective >> number) & 1n) === 1n;
  // It stands for both (capabilities(7)).
  if (has(CAP_SYS_ADMIN)) return [];
  return Object.entries(NEEDED)
    .filter(([, number]) => !has(number))
    .map(([name]) => name);
}
