import type { Resource } from '../rlimit-events/index.js';

/**
 * How results speak of each rlimit resource: the label of its perfdata, the noun of its text, and the
 * unit of measurement that the guidelines have for it (`B`, `s`; empty for a count).
 *
 * https://www.monitoring-plugins.org/doc/guidelines.html
 */
export const resources = {
  nofile: { label: 'fds', noun: 'open files', unit: '' },
  as: { label: 'as', noun: 'bytes of address space', unit: 'B' },
  data: { label: 'data', noun: 'bytes of data', unit: 'B' },
  stack: { label: 'stack', noun: 'bytes of stack', unit: 'B' },
  memlock: { label: 'memlock', noun: 'locked bytes', unit: 'B' },
} as const satisfies Record<Resource, { label: string; noun: string; unit: string }>;
