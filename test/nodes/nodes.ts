/**
 * The versions of Node.js on which this is tested: the oldest that package.json promises, and the newest of each line
 * that gets, or lately got, security fixes. Exact, so that a run can be repeated.
 */
export const NODES = ['20.15.0', '20.20.2', '22.23.5', '24.22.3', '26.12.1'] as const;

export type Node = (typeof NODES)[number];
