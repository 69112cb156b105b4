import { BpfObject, microsecondsPerTick, pageSize } from '../../ffi/index.js';
import { RlimitEventsError } from '../errors.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import { findUnguarded } from './unguarded.js';
import { encodeConfig, ONE_WORD } from '../layout/index.js';
import { kernelTypes, type KernelTypes, objectName } from './kernel-types.js';
import type { Match } from '../match.js';
import { type AttachMode, MODES } from './modes/index.js';
import type { Plan } from './plan.js';
import { explain } from './refusals.js';
import { RESOURCES, type Resource } from '../../resources/index.js';
import { setuidNumbers } from './syscalls.js';
import { isSince } from './kernel-release.js';
import { objectBytes } from '../object-file.js';

const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

export interface Needs {
  /** How many processes can be watched at once. */
  readonly processes: number;
  /** How many bytes of events can wait; a power of two, and at least a page. */
  readonly queueBytes: number;
  /** What groups can be matched by. */
  readonly matches: readonly Match['kind'][];
  /** How many groups there can be; what is more than FEW_GROUPS costs memory in the kernel. */
  readonly groups: number;
  /** Whether hooks are attached, for there to be events. */
  readonly events: boolean;
  /** The kernel's types, to be taken whatever the kernel tells of itself. */
  readonly btfFile?: string | undefined;
}

/** Memberships of processes that have ended and are being told of. */
const BEING_TOLD = 64;

/**
 * Brings the programs into the kernel and attaches them.
 *
 * @param words of a mask of groups
 * @throws RlimitEventsError not-permitted, no-btf, unsupported or busy; LibraryMissingError
 */
export function loadObject(
  resource: Resource,
  { mode, attached, skipped, triedOnly, unguarded }: Plan,
  needs: Needs,
  words: number,
  types: KernelTypes,
): BpfObject {
  const { weights, changesByIoUring } = KERNEL_RESOURCES[resource];
  const object = new BpfObject(objectForKernel(types, words), types.file);
  try {
    object.setInitialValue(
      '.rodata.config',
      encodeConfig({
        setuid: setuidNumbers(process.arch),
        weights: weights(process.arch),
        missesIoUring: changesByIoUring && MODES[mode].where === 'system-call',
        unguardedPrograms: unguarded.length,
        resource: RESOURCES[resource].number,
        pageSize: pageSize(),
        microsecondsPerTick: microsecondsPerTick(),
      }),
    );
    // One more, for this process in the self-test.
    object.setMaxEntries('subjects', needs.processes + 1);
    if (words > ONE_WORD) object.setMaxEntries('memberships', needs.processes + 1 + BEING_TOLD);
    object.setMaxEntries('events', needs.queueBytes);
    for (const program of skipped) object.skipProgram(program);
    object.load();
    if (unguarded.length > 0) findUnguarded(object, unguarded);
    for (const program of attached) object.attach(program);
    // An architecture may load trampolines and attach none: that is found out here, and not with the first match.
    for (const program of triedOnly) object.attach(program)();
    return object;
  } catch (error) {
    object.close();
    throw explain(error, MODES[mode]);
  }
}

/**
 * What the kernel can be asked in no time, before the work begins.
 *
 * @returns where its types come from
 * @throws RlimitEventsError not-permitted, no-btf or unsupported
 */
export function mustBePossible(mode: AttachMode, btfFile: string | undefined): KernelTypes {
  if (!ARCHITECTURES.includes(process.arch))
    throw new RlimitEventsError(
      'no-btf',
      `${process.arch} is not supported: it needs a 64-bit kernel and a Node.js for x86-64 or arm64, also beside 32-bit programs`,
    );
  const types = kernelTypes(btfFile);
  MODES[mode].mustBePossible(types);
  return types;
}

/** bpf_loop() came with 5.17; what else the other lacks is in bpf/kernel/kernel.bpf.h. */
function objectForKernel(types: KernelTypes, words: number): Buffer {
  return objectBytes(objectName(types, { isLegacy: !isSince(5, 17), isForMany: words > ONE_WORD }));
}
