import * as z from 'zod';
import { NOTHING_TO_KEEP, type SelectorKind } from './selector.js';

/**
 * Every process of the machine but this one. What this one runs, such as the programs of actions, is among them: it has
 * limits of its own, as any other.
 */
export interface AllSelector {
  readonly kind: 'all';
}

export const all: SelectorKind<AllSelector> = {
  kind: 'all',
  schema: () => z.literal('all').transform((kind) => ({ kind })),
  text: { about: 'every process of the machine but the agent itself' },
  matches: ['all'],
  start(group, selector) {
    group.match(selector);
    return NOTHING_TO_KEEP;
  },
  // The agent itself is not among those that it sees.
  find: (_selector, processes) => ({ pids: processes.map(({ pid }) => pid) }),
};
