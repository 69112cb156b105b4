import type { KeptCrossing, ServiceHistory } from '../history/index.js';
import type { AgentStatus } from './agent-status.js';

/** What an agent tells whoever looks at it all the time: of the same program, so this is no contract. */
export interface LiveStatus extends AgentStatus {
  /** The last ones of all services, the oldest first. */
  readonly crossings: readonly LiveCrossing[];
}

export type LiveCrossing = KeptCrossing & {
  readonly service: string;
  readonly resource: ServiceHistory['resource'];
};

/** Those that came since. Their times are no mark of them: the clock may have been set. */
export function newCrossings(before: LiveStatus, now: LiveStatus): LiveCrossing[] {
  const last = before.crossings.at(-1)?.arrival ?? -Infinity;
  return now.crossings.filter(({ arrival }) => arrival > last);
}

/** Where the live view of the agent with this status socket is. */
export const livePath = (statusSocket: string): string => `${statusSocket}.live`;
