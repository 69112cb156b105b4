import { describe, expect, it } from '@jest/globals';
import { defaultSlice, slicePath, unitCgroup } from '../../../src/selection/unit-cgroup.js';

describe('the cgroup of a slice', () => {
  it.each([
    ['system.slice', '/system.slice'],
    ['a-b-c.slice', '/a.slice/a-b.slice/a-b-c.slice'],
    ['system-x\\x2dy.slice', '/system.slice/system-x\\x2dy.slice'],
    ['-.slice', ''],
    ['memory.slice', '/_memory.slice'],
    ['cpu-batch.slice', '/_cpu.slice/cpu-batch.slice'],
  ])('%s', (slice, path) => {
    expect(slicePath(slice)).toBe(path);
  });
});

describe('the slice of a unit that systemd does not tell of', () => {
  it.each([
    ['broker.service', 'system.slice'],
    ['broker@1.service', 'system-broker.slice'],
    ['my-broker@a@b.service', 'system-my\\x2dbroker.slice'],
    ['my\\x2dbroker@1.service', 'system-my\\x5cx2dbroker.slice'],
    ['.lead@1.service', 'system-\\x2elead.slice'],
    ['user-1000.slice', 'user.slice'],
    ['user.slice', '-.slice'],
  ])('%s', (unit, slice) => {
    expect(defaultSlice(unit)).toBe(slice);
  });
});

describe('the cgroup of a unit that does not run', () => {
  it.each([
    ['broker.service', '/system.slice/broker.service'],
    ['cpu.service', '/system.slice/_cpu.service'],
    ['bpf-devices.socket', '/system.slice/_bpf-devices.socket'],
    ['cgroup.service', '/system.slice/_cgroup.service'],
    ['_lead.service', '/system.slice/__lead.service'],
    ['.lead.service', '/system.slice/_.lead.service'],
    // No controller, though it begins with the name of one.
    ['cpus.service', '/system.slice/cpus.service'],
    ['user-1000.slice', '/user.slice/user-1000.slice'],
    ['pids.slice', '/_pids.slice'],
    ['-.slice', '/'],
    ['io@1.service', '/system.slice/system-io.slice/io@1.service'],
  ])('%s', (unit, path) => {
    expect(unitCgroup(unit, '')).toEqual({ path, state: 'unanswered' });
  });

  it('is where systemd says that it is', () => {
    const shown = 'LoadState=loaded\nControlGroup=\nSlice=pids-a.slice\nId=real.service\n';
    expect(unitCgroup('alias.service', shown)).toEqual({
      path: '/_pids.slice/pids-a.slice/real.service',
      state: 'known',
    });
    expect(unitCgroup('a.service', 'LoadState=loaded\nControlGroup=/x/_cpu.service\n').path).toBe(
      '/x/_cpu.service',
    );
  });

  it.each([
    ['masked', 'is masked: systemd does not start it'],
    ['bad-setting', 'has a setting that systemd does not take, and is not started'],
    ['error', 'cannot be read by systemd, and is not started'],
    ['loaded', undefined],
  ])('is of nobody while it is %s, if that keeps it from being started', (state, obstacle) => {
    const shown = (cgroup: string) => `LoadState=${state}\nControlGroup=${cgroup}\nId=broker.service\n`;
    expect(unitCgroup('broker.service', shown('')).obstacle).toBe(obstacle);
    // It was started before.
    expect(unitCgroup('broker.service', shown('/system.slice/broker.service')).obstacle).toBeUndefined();
  });
});
