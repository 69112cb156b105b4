import koffi from 'koffi';
import { isNativeError } from 'node:util/types';

/** A call into the C library or libbpf failed. `code` is errno's name, as in Node's own errors. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code: string;

  /**
   * @param syscall what was tried, as in "bpf_object__load"
   * @param errno a positive error number
   * @param detail what libbpf said of it, if it said something
   */
  constructor(
    readonly syscall: string,
    readonly errno: number,
    readonly detail = '',
  ) {
    const code = errnoName(errno);
    super(`${syscall}: ${code}${detail && ` (${detail})`}`);
    this.code = code;
  }
}

/** Whether a call to the system has failed, one of this room or one of Node.js. */
export function isOfSystem(error: unknown): error is Error & { readonly code: string } {
  return typeof (error as NodeJS.ErrnoException | undefined)?.errno === 'number';
}

/** Descriptors, of this process or of the machine, and memory. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * Whether the system has too few of something for now: what was wanted may be had a moment later. A test runs with another
 * `Error` than Node.js throws.
 */
export function isShortage(error: unknown): error is Error & { readonly code: string } {
  return isNativeError(error) && SHORTAGES.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A shared library that this program calls is not installed. */
export class LibraryMissingError extends Error {
  override readonly name = 'LibraryMissingError';

  constructor(library: string, debianPackage: string) {
    super(`${library} is missing: install it, on Debian with \`apt-get install ${debianPackage}\``);
  }
}

// Of two names for one number the first is the usual one: EAGAIN, and not EWOULDBLOCK.
const names = new Map(
  Object.entries(koffi.os.errno)
    .reverse()
    .map(([name, value]) => [value, name]),
);

/** The kernel's own, which no C library knows, and which a program can get all the same (linux/errno.h). */
const KERNEL_NAMES = new Map([
  [512, 'ERESTARTSYS'],
  [517, 'EPROBE_DEFER'],
  [524, 'ENOTSUPP'],
]);

function errnoName(errno: number): string {
  return names.get(errno) ?? KERNEL_NAMES.get(errno) ?? `errno ${errno}`;
}

/** The error of the C call that just failed on this thread. */
export function lastError(syscall: string, detail?: string): SystemError {
  return new SystemError(syscall, koffi.errno(), detail);
}
