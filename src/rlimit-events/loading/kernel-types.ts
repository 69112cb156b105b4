/** Where the types of the running kernel come from (BTF): the kernel itself, or a file where it was built without. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { RlimitEventsError } from '../errors.js';
import { objectBytes } from '../object-file.js';
import { markOf } from './btf-mark.js';
import { buildIdOf } from './build-id.js';

const KERNEL_BTF = '/sys/kernel/btf/vmlinux';
/** The notes that the kernel was linked with, its build id among them (kernel/ksysfs.c). */
const KERNEL_NOTES = '/sys/kernel/notes';

/** For kernels that know their types, and for those that do not; each also for kernels before 5.17, and all for many groups. */
const OBJECTS = {
  known: { modern: 'rlimit_events', legacy: 'rlimit_events.legacy' },
  given: { modern: 'rlimit_events.nobtf', legacy: 'rlimit_events.legacy.nobtf' },
};

/** `file`: undefined where the kernel knows its types itself. */
export interface KernelTypes {
  readonly file: string | undefined;
}

/** The files that are looked for where the kernel has no BTF. */
export function btfFilesOf(kernel: string): readonly string[] {
  return [`/etc/check_rlimit_passive/btf/${kernel}.btf`, `/lib/modules/${kernel}/check_rlimit_passive.btf`];
}

/**
 * @param given a file that is to be taken, whatever the kernel has itself
 * @throws RlimitEventsError no-btf
 */
export function kernelTypes(given: string | undefined): KernelTypes {
  if (given === undefined && existsSync(KERNEL_BTF)) return { file: undefined };
  const places = btfFilesOf(release());
  const file = given ?? places.find(existsSync);
  if (file === undefined)
    throw new RlimitEventsError(
      'no-btf',
      `this kernel has no ${KERNEL_BTF}: it needs one built with CONFIG_DEBUG_INFO_BTF, or the file ${String(places[0])} that "check_rlimit_passive btf" makes where the kernel is built (docs/boards.md)`,
    );
  mustBeOfThisKernel(file);
  return { file };
}

/** The name of the object for such a kernel. */
export function objectName(
  { file }: KernelTypes,
  { isLegacy, isForMany }: { isLegacy: boolean; isForMany: boolean },
): string {
  const name = OBJECTS[file === undefined ? 'known' : 'given'][isLegacy ? 'legacy' : 'modern'];
  return isForMany ? forMany(name) : name;
}

function forMany(name: string): string {
  return `${name}.many`;
}

/** The objects that take a file, for which it has to have types. */
export function objectsWithoutBtf(): readonly Buffer[] {
  return Object.values(OBJECTS.given)
    .flatMap((name) => [name, forMany(name)])
    .map(objectBytes);
}

let digest: string | undefined;

/** Changes with the objects: a small BTF file has only the types that those need which it was made for. */
export function objectsDigest(): string {
  if (digest === undefined) {
    const hash = createHash('sha256');
    for (const object of objectsWithoutBtf()) hash.update(object);
    digest = hash.digest('hex').slice(0, 32);
  }
  return digest;
}

function mustBeOfThisKernel(file: string): void {
  const problem = problemOf(read(file), read(KERNEL_NOTES));
  if (problem !== undefined) throw new RlimitEventsError('no-btf', `${file} ${problem}`);
}

const ANEW = 'make it anew with "check_rlimit_passive btf" (docs/boards.md)';

/**
 * Why a file cannot be taken for the types of a kernel, to follow its name; undefined: it can.
 *
 * @param btf the content of the file, @param notes those of the kernel
 */
function problemOf(btf: Buffer | string, notes: Buffer | string): string | undefined {
  if (typeof btf === 'string') return `cannot be read (${btf})`;
  if (typeof notes === 'string') return `cannot be compared with this kernel: ${KERNEL_NOTES}: ${notes}`;
  const mark = markOf(btf);
  if (mark === 'no-btf') return `is no BTF: ${ANEW}`;
  if (mark === undefined) return `does not tell which kernel it is of: ${ANEW}`;
  const running = buildIdOf(notes);
  if (mark.buildId !== running)
    return `is of another kernel than the running ${release()}: its build id is ${mark.buildId}, the kernel's ${running ?? 'unknown'}; ${ANEW} from the vmlinux of this kernel`;
  if (mark.objects !== objectsDigest())
    return `was made for another version of check_rlimit_passive: ${ANEW}`;
  return undefined;
}

/** @returns the content, or why there is none */
function read(file: string): Buffer | string {
  try {
    // It would be waited for.
    if (statSync(file).isFIFO()) return 'it is a pipe';
    return readFileSync(file);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
