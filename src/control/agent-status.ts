import type { ServiceStatus } from '../services/index.js';

/** What an agent tells of itself: plain data. Contract of `status --json`: fields may be added, and none changed. */
export interface AgentStatus {
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The attach mode of its descriptor. */
  readonly attach: string;
  /** Why something can be missed in this mode on this kernel; not there: it is exact. */
  readonly mayMiss?: string;
  /** What of this mode could not be tried when the descriptor was opened, and why; not there: it is proven. */
  readonly unproven?: string;
  /** How often a watched process may have done something that no program saw, since the start. */
  readonly missedLooks: number;
  /** How often something was not told, since the start, by the place where; those without are not there. */
  readonly lost: Readonly<Record<string, number>>;
  readonly host: string;
  readonly services: readonly ServiceStatus[];
  readonly destinations: readonly DestinationStatus[];
}

export interface DestinationStatus {
  readonly name: string;
  /** Results that it has yet to get. */
  readonly waiting: number;
  /** Milliseconds since 1970, as all times here. */
  readonly lastDelivery?: number;
  readonly lastError?: string;
  readonly nextTry?: number;
  /** The next heartbeat is the next try; absent if it is not. */
  readonly waitsForHeartbeat?: true;
  /** The services whose last result was refused; absent if there are none. */
  readonly refused?: readonly RefusalStatus[];
  /** Of several servers, the one that took the last result; absent if there is one only. */
  readonly server?: string;
  /** Why it was not the first of them; absent if it was. */
  readonly detour?: string;
}

export interface RefusalStatus {
  readonly host: string;
  readonly service: string;
  /** Who refuses it: the server, or the agent, which does not even send it. */
  readonly by: 'server' | 'sender';
  readonly reason: string;
  /** When it began. */
  readonly since: number;
}
