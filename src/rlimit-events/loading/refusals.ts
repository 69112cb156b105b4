import { readFileSync } from 'node:fs';
import { SystemError } from '../../ffi/index.js';
import { exhaustedBy, RlimitEventsError } from '../errors.js';
import { isSince } from './kernel-release.js';
import type { Mode } from './modes/mode.js';

/** The content of a file, or undefined where it cannot be read; given by tests. */
export type Read = (file: string) => string | undefined;

/** Whether programs are compiled; a kernel that cannot has no such file. */
const COMPILER = '/proc/sys/net/core/bpf_jit_enable';

type Refused = Pick<Mode, 'name' | 'remedy'>;

/** What made the kernel refuse a program, as an error that says what to do; anything else is given back. */
export function explain(error: unknown, mode: Refused, read: Read = readIfThere): unknown {
  if (!(error instanceof SystemError)) return error;
  const detail = `${error.syscall}: ${error.code}`;
  const isRefused = error.code === 'EPERM' || error.code === 'EACCES';
  const missing = isRefused ? missingCapabilities(read) : [];
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
      `signals kept the kernel from checking the programs (${detail}): try again, without a profiler`,
      { cause: error },
    );
  // Of memory, a program can need more than there is, and another less.
  if (error.code !== 'ENOMEM') {
    const exhausted = exhaustedBy(error);
    if (exhausted) return exhausted;
  }
  const reason = ofAllModes(isRefused, read);
  if (reason !== undefined)
    return new RlimitEventsError('not-permitted', `${reason} (${detail})`, { cause: error });
  // Such a guard may let other modes be. What the verifier refuses comes with its log.
  if (isRefused && !error.detail.includes('PROG LOAD LOG'))
    return new RlimitEventsError(
      'unsupported',
      `attach mode ${mode.name} cannot be had: something on this machine forbids it, SELinux, AppArmor or a seccomp filter (a container's, or SystemCallFilter=): have it allow bpf(2) and perf_event_open(2) (${detail})`,
      { cause: error },
    );
  // It is not there in a network namespace either.
  const compiles = isRefused || read(COMPILER) !== undefined;
  const remedy = `${mode.remedy}${compiles ? '' : '; or it does not compile BPF programs (CONFIG_BPF_JIT)'}`;
  return unsupported({ ...mode, remedy }, detail, error);
}

export function unsupported({ name, remedy }: Refused, detail: string, cause?: unknown): RlimitEventsError {
  const message = `this kernel cannot do attach mode ${name}: ${remedy} (${detail})`;
  return new RlimitEventsError('unsupported', message, { cause });
}

/** What keeps out every mode, however the kernel says it. */
function ofAllModes(isRefused: boolean, read: Read): string | undefined {
  // A number for each id that is mapped; the first user namespace maps all to themselves (user_namespaces(7)).
  if (isRefused && !/^\s*0\s+0\s+4294967295\s*$/.test(read('/proc/self/uid_map') ?? '0 0 4294967295'))
    return 'BPF is not for processes in a user namespace, whatever capabilities they have there: run it outside, on the host';
  // libbpf takes all that may be had (bpf_charge_memlock() in kernel/bpf/syscall.c, until 5.11).
  if (
    isRefused &&
    !isSince(5, 11, read('/proc/sys/kernel/osrelease')) &&
    /^Max locked memory +\S+ +\d/m.test(read('/proc/self/limits') ?? '')
  )
    return 'this kernel counts what BPF needs as locked memory, of which this process may have too little: ulimit -l unlimited, or LimitMEMLOCK=infinity';
  if (read('/sys/kernel/security/lockdown')?.includes('[confidentiality]') === true)
    return 'this kernel is locked down (confidentiality), so that no program may read its memory: boot it with lockdown=integrity, or without';
  if (!isRefused && read(COMPILER)?.trim() === '0')
    return 'this kernel does not compile BPF programs: sysctl net.core.bpf_jit_enable=1';
  return undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Numbers of linux/capability.h */
const NEEDED = { CAP_BPF: 39n, CAP_PERFMON: 38n };
const CAP_SYS_ADMIN = 21n;

function missingCapabilities(read: Read): string[] {
  const status = read('/proc/self/status') ?? '';
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (number: bigint) => ((effective >> number) & 1n) === 1n;
  // It stands for both (capabilities(7)).
  if (has(CAP_SYS_ADMIN)) return [];
  return Object.entries(NEEDED)
    .filter(([, number]) => !has(number))
    .map(([name]) => name);
}
