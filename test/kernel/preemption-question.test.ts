import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { release, version } from 'node:os';
import { isPreempted, saysItNeverPreempts } from '../../src/rlimit-events/loading/preemption.js';
import { isBuiltToPreempt } from '../../src/rlimit-events/loading/preemption-model.js';

const [major = 0, minor = 0] = release().split('.').map(Number);
const canBeAsked = major > 5 || (major === 5 && minor >= 17);

describe('whether the kernel preempts', () => {
  // A kernel that cannot be asked is older than the first that skips a program (docs/preemption.md).
  if (!canBeAsked) {
    it('cannot be asked before 5.17', () => {
      expect(() => isPreempted('run')).toThrow();
    });
    return;
  }

  const saysNever = !isBuiltToPreempt(version()) || (major < 7 && saysItNeverPreempts());

  const isToldTo = readFileSync('/proc/cmdline', 'utf8').includes('preempt=full');
  if (isToldTo || version().includes('PREEMPT_RT') || major >= 7)
    it('it does not say that it never does', () => {
      expect(saysNever).toBe(false);
    });
  // Debian's have CONFIG_KALLSYMS_ALL, and until 6.12 they preempt only where they are booted so.
  else if (version().includes('Debian') && minor <= 12)
    it('it says that it never does', () => {
      expect(saysNever).toBe(true);
    });

  it.each(['run', 'system-call', 'tracepoint'] as const)(
    'what it says of itself and what is seen at %s do not differ',
    (hook) => {
      const isSeen = isPreempted(hook);
      // It may be busy enough for nothing to be seen, which is no answer.
      if (saysNever) expect(isSeen).not.toBe(true);
      else if (hook === 'run' && major >= 7) expect(isSeen).not.toBe(false);
    },
  );
});
