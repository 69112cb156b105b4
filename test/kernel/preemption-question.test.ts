import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { version } from 'node:os';
import { isPreempted, saysItNeverPreempts } from '../../src/rlimit-events/loading/preemption.js';
import { isSince } from '../../src/rlimit-events/loading/kernel-release.js';

describe('whether the kernel preempts', () => {
  // A kernel that cannot be asked is older than the first that skips a program (docs/preemption.md).
  if (!isSince(5, 17)) {
    it('cannot be asked before 5.17', () => {
      expect(() => isPreempted('run')).toThrow();
    });
    return;
  }

  const saysNever = saysItNeverPreempts();

  const isToldTo = readFileSync('/proc/cmdline', 'utf8').includes('preempt=full');
  if (isToldTo || version().includes('PREEMPT_RT') || isSince(7, 0))
    it('it does not say that it never does', () => {
      expect(saysNever).toBe(false);
    });
  // Debian's have CONFIG_KALLSYMS_ALL, and until 6.12 they preempt only where they are booted so.
  else if (version().includes('Debian') && !isSince(6, 13))
    it('it says that it never does', () => {
      expect(saysNever).toBe(true);
    });

  it.each(['run', 'system-call', 'tracepoint'] as const)(
    'what it says of itself and what is seen at %s do not differ',
    (hook) => {
      const isSeen = isPreempted(hook);
      // It may be busy enough for nothing to be seen, which is no answer.
      if (saysNever) expect(isSeen).not.toBe(true);
      else if (hook === 'run' && isSince(7, 0)) expect(isSeen).not.toBe(false);
    },
  );
});
