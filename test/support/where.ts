import { existsSync, readFileSync } from 'node:fs';
import { type AttachMode, RlimitEvents } from '../../src/rlimit-events/index.js';

/** The attach mode under test: RLIMIT_TEST_ATTACH, which the runs on other kernels set for each mode. */
export const attachMode = (process.env['RLIMIT_TEST_ATTACH'] ?? 'tracepoint') as AttachMode | 'auto';

/** The other modes look at each descriptor that a system call installs or removes. */
export function looksOncePerSystemCall(): boolean {
  return modeInUse() === 'tracepoint';
}

/** What `auto` takes here is asked of a descriptor. */
function modeInUse(): AttachMode {
  if (attachMode !== 'auto') return attachMode;
  const descriptor = new RlimitEvents(() => undefined, { matches: [] });
  descriptor.close();
  return descriptor.attach;
}

/** Without, it has no iterators: docs/boards.md. */
export const kernelHasBtf = existsSync('/sys/kernel/btf/vmlinux');

/** In a guest of `npm run test:kernels`, which has no KVM: some 10 to 30 times slower. */
export const emulated = process.env['RLIMIT_TEST_KERNEL'] !== undefined;

/**
 * x86 says so of itself (CPUID leaf 1, ECX bit 31). A hypervisor takes a processor away from its machine now and then:
 * for 2 to 4 ms, once in 10 s of one, on a host that had little else to do.
 */
export const belowHypervisor =
  emulated || /^flags\s*:.* hypervisor( |$)/m.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** `npm run test:kernels -- --full`: as many operations in a guest as elsewhere, for hours. */
const isFull = process.env['RLIMIT_TEST_FULL'] !== undefined;

/** How many operations a test makes here. */
export function operations(full: number, whenEmulated: number): number {
  return emulated && !isFull ? whenEmulated : full;
}

/**
 * A bound for a test that hangs, in milliseconds, from what it takes at most: ten times that, in a guest, and where ten
 * others want the processors.
 */
export function seconds(onHost: number): number {
  return onHost * 10_000 * (isFull ? 20 : 1);
}
