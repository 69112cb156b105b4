import { describe, expect, it } from '@jest/globals';
import {
  isBuiltToPreempt,
  preemptsWhoStaysOnCpu,
} from '../../../src/rlimit-events/loading/preemption-model.js';

describe('isBuiltToPreempt', () => {
  it.each([
    ['#1 SMP PREEMPT_DYNAMIC Debian 6.1.147-1 (2025-08-02)', true],
    ['#1 SMP PREEMPT_RT Debian 6.12.94-1 (2025-07-26)', true],
    ['#1904 SMP PREEMPT Thu Nov 20 12:00:00 UTC 2025', true],
    ['#54~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Fri Sep 6', true],
    ['#1 SMP Debian 5.10.237-1 (2025-05-19)', false],
    ['#1 SMP Wed Jan 1 00:00:00 UTC 2025', false],
    // One processor; and 64 characters, of which the last are cut off.
    ['#1 PREEMPT Thu Jan 1 00:00:00 UTC 1970', true],
    ['#1 Thu Jan 1 00:00:00 UTC 1970', true],
    ['#20251120.a-version-of-a-vendor-that-is-as-long-as-it-can-be SMP', true],
    ['#20251120.a-version-of-a-vendor-that-is-as-long-as-can-be SMP PR', true],
  ])('%s: %s', (version, expected) => {
    expect(isBuiltToPreempt(version)).toBe(expected);
  });
});

describe('preemptsWhoStaysOnCpu', () => {
  it.each([
    ['#1 SMP PREEMPT Debian 5.10.237-1 (2025-05-19)', '5.10.0-35-amd64', false],
    ['#1 SMP PREEMPT_RT Debian 5.10.237-1 (2025-05-19)', '5.10.0-35-rt-amd64', true],
    ['#1 SMP PREEMPT Thu Nov 20 12:00:00 UTC 2025', '5.11.0', true],
    ['#1 SMP PREEMPT Thu Nov 20 12:00:00 UTC 2025', '5.15.0-1045-lowlatency', true],
  ])('%s, %s: %s', (version, kernel, expected) => {
    expect(preemptsWhoStaysOnCpu(version, kernel)).toBe(expected);
  });
});
