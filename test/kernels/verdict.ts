import type { Outcome } from '../../rig/guests/boot.js';

/** What came of one kernel; `not-booted` when there was nothing to boot. */
export type Result = Outcome | { kind: 'not-booted'; reason: string };

/** Only a command that ended with 0 passes. */
export function passed(result: Result): boolean {
  return result.kind === 'ended' && result.status === 0;
}

/** What became of the kernel, to follow its name in a line. */
export function verdict(result: Result): string {
  switch (result.kind) {
    case 'ended':
      return result.status === 0 ? 'passed' : `FAILED: the command ended with ${result.status}`;
    case 'timed-out':
      return 'FAILED: not done within --timeout';
    case 'silent':
      return 'FAILED: the guest ended without a status';
    case 'not-booted':
      return `FAILED: ${result.reason}`;
  }
}
