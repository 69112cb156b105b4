import { describe, expect, it } from '@jest/globals';
import { constants } from 'node:os';
import { SystemError } from '../../../src/ffi/index.js';
import { kprobe } from '../../../src/rlimit-events/loading/modes/kprobe.js';
import { explain, type Read } from '../../../src/rlimit-events/loading/refusals.js';

const { EACCES, EAGAIN, EINVAL, EPERM } = constants.errno;
const ROOT = 'CapEff:\t000001ffffffffff\n';

describe('what a kernel refuses', () => {
  const told = (errno: number, files: Record<string, string> = {}) => {
    const read: Read = (file) => ({ '/proc/self/status': ROOT, ...files })[file];
    const error = explain(new SystemError('bpf_object__load', errno), kprobe, read);
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
    expect(told(EPERM, { '/proc/self/uid_map': '         0          0 4294967295\n' })).toContain(
      'cannot do attach mode kprobe',
    );
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

  it('is for signals, and then it is worth trying again', () => {
    expect(told(EAGAIN)).toContain('try again, without a profiler');
  });

  it("has a name, also where the error is the kernel's own", () => {
    expect(told(524)).toContain('bpf_object__load: ENOTSUPP');
    expect(told(599)).toContain('bpf_object__load: errno 599');
  });
});
