import type { Reading } from 'rlimit-events';
import { alerts } from './alerts.js';
import type { Range } from './range.js';

/** What makes a service worse than OK. */
export interface Thresholds {
  readonly warning?: Range;
  readonly critical?: Range;
}

/** The worst state that a threshold alerts for. */
export function stateOf({ warning, critical }: Thresholds, reading: Reading): 'OK' | 'WARNING' | 'CRITICAL' {
  if (critical && alerts(critical, reading)) return 'CRITICAL';
  if (warning && alerts(warning, reading)) return 'WARNING';
  return 'OK';
}
