import type { Reading } from 'rlimit-events';
import { alerts } from './alerts.js';
import type { Range } from './range.js';

/** What makes a service worse than OK. */
export interface Thresholds {
  readonly warning?: Range;
  readonly critical?: Range;
}

/** Whether whoever has reached none of the levels is OK. */
export function areOkBelowLevels({ warning, critical }: Thresholds): boolean {
  return [warning, critical].every((range) => {
    if (!range) return true;
    const { start, inside } = range;
    const beginsAtOnce = start === null || (start.kind === 'value' && start.value === 0);
    return beginsAtOnce !== inside;
  });
}

/** The worst state that a threshold alerts for. */
export function stateOf({ warning, critical }: Thresholds, reading: Reading): 'OK' | 'WARNING' | 'CRITICAL' {
  if (critical && alerts(critical, reading)) return 'CRITICAL';
  if (warning && alerts(warning, reading)) return 'WARNING';
  return 'OK';
}
