import { existsSync, readFileSync } from 'node:fs';
import { BpfObject, mayTraceFunctions, microsecondsPerTick, pageSize } from '../../ffi/index.js';
import type { AttachMode } from './attach-mode.js';
import { RlimitEventsError } from '../errors.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { guard } from './guarded.js';
import { encodeConfig } from '../layout/index.js';
import type { Match } from '../match.js';
import type { Plan } from './plan.js';
import { explain, unsupported } from './refusals.js';
import { RESOURCES, type Resource } from '../../resources/index.js';
import { setuidNumbers } from './syscalls.js';
import { isSince, thisKernel } from './this-kernel.js';
import { objectFile } from '../object-file.js';

const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];
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
export function loadObject(
  resource: Resource,
  { mode, attached, skipped, triedOnly, guarded }: Plan,
  needs: Needs,
): BpfObject {
  const { weights, changesByIoUring } = KERNEL_RESOURCES[resource];
  const object = new BpfObject(readFileSync(objectForKernel()));
  try {
    object.setInitialValue(
      '.rodata.config',
      encodeConfig({
        setuid: setuidNumbers(process.arch),
        weights: weights(process.arch),
        missesIoUring: changesByIoUring && mode === 'tracepoint',
        kernelPreempts: thisKernel.isPreemptible,
        guardedPrograms: guarded.length,
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
    if (guarded.length > 0) guard(object, guarded);
    for (const program of attached) object.attach(program);
    // An architecture may load trampolines and attach none: that is found out here, and not with the first match.
    for (const program of triedOnly) object.attach(program)();
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
  if (!ARCHITECTURES.includes(process.arch))
    throw new RlimitEventsError(
      'no-btf',
      `${process.arch} is not supported: it needs a 64-bit kernel and a Node.js for x86-64 or arm64, also beside 32-bit programs`,
    );
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
function objectForKernel(): URL {
  return objectFile(`rlimit_events${isSince(5, 17) ? '' : '.legacy'}`);
}
