import { describe, expect, it } from '@jest/globals';
import { constants } from 'node:os';
import { SystemError } from '../../../src/ffi/index.js';
import { kprobe } from '../../../src/rlimit-events/loading/modes/kprobe.js';
import { explain, type Read } from '../../../src/rlimit-events/loading/refusals.js';

const { EACCES, EAGAIN, EINVAL, EPERM } = constants.errno;
const ROOT = 'CapEff:\t000001ffffffffff\n';
/** CAP_BPF and CAP_PERFMON */
const TWO = 'CapEff:\t000000c000000000\n';
const COMPILES = { '/proc/sys/net/core/bpf_jit_enable': '1\n' };

describe('what a kernel refuses', () => {
  const told = (errno: number, files: Record<string, string | undefined> = {}, words = '') => {
    const read: Read = (file) => ({ '/proc/self/status': ROOT, ...COMPILES, ...files })[file];
    const error = explain(new SystemError('bpf_object__load', errno, words), kprobe, read);
    return error instanceof Error ? error.message : '';
  };

  it('is for want of capabilities, which are named', () => {
    expect(told(EPERM, { '/proc/self/status': 'CapEff:\t0000004000000000\n' })).toBe(
      'not permitted: CAP_BPF missing; run as root or with these capabilities',
    );
    expect(told(EACCES, { '/proc/self/status': 'CapEff:\t0000000000000000\n' })).toContain(
      'CAP_BPF and CAP_PERFMON missing',
    );
  });

  it('is for a user namespace, where capabilities are worth nothing to BPF', () => {
    const mapped = { '/proc/self/uid_map': '         0     100000      65536\n' };
    expect(told(EPERM, mapped)).toContain('user namespace');
    expect(told(EPERM, { '/proc/self/uid_map': '         0          0 4294967295\n' })).toContain('SELinux');
    expect(told(EINVAL, mapped)).toContain('cannot do attach mode kprobe');
  });

  it('is for a lockdown that keeps its memory confidential, and not for one of integrity', () => {
    const lockdown = (mode: string) => ({ '/sys/kernel/security/lockdown': mode });
    expect(told(EINVAL, lockdown('none integrity [confidentiality]\n'))).toContain('lockdown=integrity');
    expect(told(EINVAL, lockdown('none [integrity] confidentiality\n'))).toContain('cannot do attach mode');
  });

  it('is for a compiler that is off, which one command puts on', () => {
    const jit = (value: string) => ({ '/proc/sys/net/core/bpf_jit_enable': value });
    expect(told(EINVAL, jit('0\n'))).toBe(
      'this kernel does not compile BPF programs: sysctl net.core.bpf_jit_enable=1 (bpf_object__load: EINVAL)',
    );
    expect(told(EINVAL, jit('1\n'))).toContain('it has no kprobes');
  });

  it('is perhaps for want of a compiler, where nothing tells that there is one', () => {
    const nothing = { '/proc/sys/net/core/bpf_jit_enable': undefined };
    expect(told(EINVAL, nothing)).toBe(
      'this kernel cannot do attach mode kprobe: it has no kprobes (CONFIG_KPROBES), or not on the functions that are needed; or it does not compile BPF programs (CONFIG_BPF_JIT) (bpf_object__load: EINVAL)',
    );
    expect(told(EINVAL)).not.toContain('CONFIG_BPF_JIT');
    expect(told(EPERM, nothing)).not.toContain('CONFIG_BPF_JIT');
  });

  it('is for a guard, where no capability is missing', () => {
    for (const status of [ROOT, TWO])
      for (const [errno, name] of [
        [EPERM, 'EPERM'],
        [EACCES, 'EACCES'],
      ] as const)
        expect(told(errno, { '/proc/self/status': status })).toBe(
          `attach mode kprobe cannot be had: something on this machine forbids it, SELinux, AppArmor or a seccomp filter (a container's, or SystemCallFilter=): have it allow bpf(2) and perf_event_open(2) (bpf_object__load: ${name})`,
        );
  });

  it('is for itself where the kernel has looked at the programs, whatever it calls that', () => {
    const log = "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --; invalid access; -- END PROG LOAD LOG --";
    expect(told(EACCES, {}, log)).toContain('cannot do attach mode kprobe');
  });

  it('is for locked memory, as which kernels before 5.11 count what BPF needs', () => {
    const limits = (most: string) => ({
      '/proc/sys/kernel/osrelease': '5.10.0-36-amd64\n',
      '/proc/self/limits': `Max locked memory         65536                ${most.padEnd(20)} bytes     \n`,
    });
    expect(told(EPERM, limits('65536'))).toBe(
      'this kernel counts what BPF needs as locked memory, of which this process may have too little: ulimit -l unlimited, or LimitMEMLOCK=infinity (bpf_object__load: EPERM)',
    );
    expect(told(EPERM, limits('unlimited'))).toContain('SELinux');
    expect(told(EPERM, { ...limits('65536'), '/proc/sys/kernel/osrelease': '5.11.0\n' })).toContain(
      'SELinux',
    );
    expect(told(EINVAL, limits('65536'))).toContain('cannot do attach mode');
  });

  it('leaves other modes to be tried', () => {
    const error = explain(new SystemError('bpf_prog_load', EPERM), kprobe, (file) =>
      file === '/proc/self/status' ? TWO : undefined,
    );
    expect(error).toMatchObject({ code: 'unsupported' });
  });

  it('is for signals, and then it is worth trying again', () => {
    expect(told(EAGAIN)).toContain('try again, without a profiler');
  });

  it("has a name, also where the error is the kernel's own", () => {
    expect(told(524)).toContain('bpf_object__load: ENOTSUPP');
    expect(told(599)).toContain('bpf_object__load: errno 599');
  });
});
