/** How results speak of each rlimit resource: the label of its perfdata and the noun of its text. */
export const resources = {
  nofile: { label: 'fds', noun: 'open files' },
} as const satisfies Record<string, { label: string; noun: string }>;

/** A resource by the name that setrlimit(2) gives it, without RLIMIT_ and in lower case. */
export type Resource = keyof typeof resources;
