import { describe, expect, it } from '@jest/globals';
import { defaultSlice, slicePath } from '../../../src/processes/unit-cgroup.js';

describe('the cgroup of a slice', () => {
  it.each([
    ['system.slice', '/system.slice'],
    ['a-b-c.slice', '/a.slice/a-b.slice/a-b-c.slice'],
    ['system-x\\x2dy.slice', '/system.slice/system-x\\x2dy.slice'],
    ['-.slice', ''],
  ])('%s', (slice, path) => {
    expect(slicePath(slice)).toBe(path);
  });
});

describe('the slice of a unit that systemd does not tell of', () => {
  it.each([
    ['broker.service', 'system.slice'],
    ['broker@1.service', 'system-broker.slice'],
    ['my-broker@a@b.service', 'system-my\\x2dbroker.slice'],
  ])('%s', (unit, slice) => {
    expect(defaultSlice(unit)).toBe(slice);
  });
});
