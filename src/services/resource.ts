import type { Resource } from '../rlimit-events/index.js';

/** How results speak of each rlimit resource: the label of its perfdata and the noun of its text. */
export const resources = {
  nofile: { label: 'fds', noun: 'open files' },
} as const satisfies Record<Resource, { label: string; noun: string }>;
