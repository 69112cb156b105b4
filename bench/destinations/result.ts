import type { ServiceResult } from '../../src/services/index.js';

/** A result as the agent has them, of the service that the peers know. */
export function benchResult(number: number): ServiceResult {
  const value = 51 + (number % 40);
  return {
    host: HOST,
    service: SERVICE,
    state: 'WARNING',
    time: Date.now(),
    cause: 'report',
    worsened: false,
    text: `FDS WARNING - broker[4711] has ${value} of 100 open files (${value}%)`,
    perfdata: [
      { label: 'fds', value, unit: '', warning: '50', critical: '80', min: 0, max: 100 },
      { label: 'fds_peak', value, unit: '', warning: '50', critical: '80', min: 0, max: 100 },
    ],
    longOutput: [`holds ${value} descriptors:`, '/dev/null ×33', 'pipe ×9', '[eventpoll] ×3', '[eventfd] ×3'],
  };
}

export const HOST = 'gw01';
export const SERVICE = 'fds';
