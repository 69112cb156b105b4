import { existsSync, readFileSync } from 'node:fs';
import { BpfObject, mayTraceFunctions, microsecondsPerTick, pageSize, SystemError } from '../ffi/index.js';
import type { AttachMode } from './attach-mode.js';
import { RlimitEventsError } from './errors.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { encodeConfig } from './layout/index.js';
import type { Match } from './match.js';
import type { Plan } from './plan.js';
import { RESOURCES, type Resource } from '../resources/index.js';
import { syscallNumbers } from './syscalls.js';
import { isSince, thisKernel } from './this-kernel.js';

const KERNEL_BTF = '/sys/kernel/btf/vmlinux';
/** perf's kprobes, there from 4.17 on if the kernel has kprobes at all. */
const KERNEL_KPROBES = '/sys/bus/event_source/devices/kprobe';

export interface Needs {
  /** How many processes can be watched at once. */
  readonly processes: number;
  /** How many bytes of events can wait; a power of two, and at least a page. */
  readonly queueBytes: number;
  /** What groups can be matched by. */
  readonly matches: readonly Match['kind'][];
}

/**
 * Brings the programs into the kernel and attaches them.
 *
 * @throws RlimitEventsError not-permitted, no-btf, unsupported or busy; LibraryMissingError
 */
export function loadObject(resource: Resource, { mode, attached, skipped }: Plan, needs: Needs): BpfObject {
  const { weights, changesByIoUring } = KERNEL_RESOURCES[resource];
  const object = new BpfObject(readFileSync(objectFile()));
  try {
    object.setInitialValue(
      '.rodata.config',
      encodeConfig({
        ...syscallNumbers(process.arch),
        weights: weights(process.arch),
        missesIoUring: changesByIoUring && mode === 'tracepoint',
        kernelPreempts: thisKernel.isPreemptible,
        resource: RESOURCES[resource].number,
        pageSize: pageSize(),
        microsecondsPerTick: microsecondsPerTick(),
      }),
    );
    // One more, for this process in the self-test.
    object.setMaxEntries('subjects', needs.processes + 1);
    object.setMaxEntries('events', needs.queueBytes);
    for (const program of skipped) object.skipProgram(program);
    object.load();
    for (const program of attached) object.attach(program);
    return object;
  } catch (error) {
    object.close();
    throw explain(error, mode);
  }
}

/**
 * What the kernel can be asked in no time, before the work begins.
 *
 * @throws RlimitEventsError not-permitted, no-btf or unsupported
 */
export function mustBePossible(mode: AttachMode): void {
  if (!existsSync(KERNEL_BTF))
    throw new RlimitEventsError(
      'no-btf',
      `this kernel has no ${KERNEL_BTF}: it needs one built with CONFIG_DEBUG_INFO_BTF, as Debian's are from 5.10 on`,
    );
  if (mode === 'kprobe' && !existsSync(KERNEL_KPROBES)) throw unsupported(mode, `no ${KERNEL_KPROBES}`);
  if (mode !== 'fentry') return;
  try {
    mayTraceFunctions();
  } catch (error) {
    throw explain(error, mode);
  }
}

/** bpf_loop() came with 5.17; what else the other lacks is in bpf/kernel.h. */
function objectFile(): URL {
  return new URL(`./bpf/rlimit_events${isSince(5, 17) ? '' : '.legacy'}.bpf.o`, import.meta.url);
}

/** What an administrator can do about a kernel that refuses, by mode. */
const REMEDIES: Record<AttachMode, string> = {
  fentry: 'it has no BPF trampolines (CONFIG_FUNCTION_TRACER with direct calls) or does not let them be used',
  kprobe: 'it has no kprobes (CONFIG_KPROBES), or not on the functions that are needed',
  tracepoint: 'it is too old or built without BPF tracing (CONFIG_BPF_EVENTS)',
};

function explain(error: unknown, mode: AttachMode): unknown {
  if (!(error instanceof SystemError)) return error;
  const isRefused = error.code === 'EPERM' || error.code === 'EACCES';
  const missing = isRefused ? missingCapabilities() : [];
  if (missing.length > 0)
    return new RlimitEventsError(
      'not-permitted',
      `not permitted: ${missing.join(' and ')} missing; run as root or with these capabilities`,
      { cause: error },
    );
  // The verifier gives up when a signal is pending (bpf_check() in kernel/bpf/verifier.c); libbpf asks five times.
  if (error.code === 'EAGAIN')
    return new RlimitEventsError(
      'busy',
      `signals kept the kernel from checking the programs (${error.syscall}: ${error.code}): try again, without a profiler`,
      { cause: error },
    );
  return unsupported(mode, `${error.syscall}: ${error.code}`, error);
}

function unsupported(mode: AttachMode, detail: string, cause?: unknown): RlimitEventsError {
  const message = `this kernel cannot do attach mode ${mode}: ${REMEDIES[mode]} (${detail})`;
  return new RlimitEventsError('unsupported', message, { cause });
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
