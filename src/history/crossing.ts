import type { Resource } from '../resources/index.js';
import type { ServiceResult, State } from '../services/index.js';

/** That a service came into another state. */
export interface Crossing {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly state: State;
  /** What the worst process had, if there was one, in the unit of `status`; and its soft limit, null when unlimited. */
  readonly value?: number;
  readonly limit?: number | null;
  readonly pid?: number;
  readonly name?: string;
}

/** The last crossings of a service, the oldest first. */
export interface ServiceHistory {
  readonly description: string;
  readonly resource: Resource;
  readonly crossings: readonly Crossing[];
}

/** One as it is kept. */
export interface KeptCrossing extends Crossing {
  /** In which order those of all services came, whatever the time of day was: below 0 for what was read of the file. */
  readonly arrival: number;
}

/** How those of a service are kept. */
export interface KeptHistory extends ServiceHistory {
  readonly crossings: readonly KeptCrossing[];
}

export function crossingOf({ time, state, worst }: ServiceResult): Crossing {
  const crossing = { time, state };
  if (!worst) return crossing;
  const { process, reading } = worst;
  const limit = reading.limit === Infinity ? null : reading.limit;
  return { ...crossing, value: reading.value, limit, pid: process.pid, name: process.name };
}
