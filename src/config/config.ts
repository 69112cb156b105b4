import type { DestinationSettings } from '../destinations/index.js';
import type { Resource } from '../resources/index.js';
import type { Selector } from '../selection/index.js';
import type { Bound, State, Thresholds } from '../services/index.js';

/** A valid configuration file, with everything in it parsed. */
export interface Config {
  /** The host as the central server names it. */
  readonly host: string;
  /** Milliseconds between two results of a service that does not change; undefined: none are repeated. */
  readonly heartbeat: number | undefined;
  /** Absolute. Where what waits for delivery survives a restart; without one, the place that systemd gives. */
  readonly stateDirectory?: string;
  /** Absolute. Where the agent tells its status; without one, a place in the run directory. */
  readonly statusSocket?: string;
  /** Absolute, ends in .prom. Where the numbers of the status are kept for node_exporter; without one, nowhere. */
  readonly metricsFile?: string;
  /** Absolute. The kernel's types; without one, the kernel's own, or a file by its release. */
  readonly btfFile?: string;
  /** At least one, unless the reader said that none is needed. */
  readonly destinations: readonly DestinationSettings[];
  /** At least one, each with a description of its own. */
  readonly services: readonly Service[];
}

export interface Service {
  /** The service description on the central server. */
  readonly description: string;
  /** Which processes it is about. */
  readonly process: Selector;
  /** The children of these processes belong to the service as well. */
  readonly inherit: boolean;
  readonly resource: Resource;
  /** Has at least one of the two. */
  readonly thresholds: Thresholds;
  /** What the service is when no process matches, if the file says so: then that is to be expected. */
  readonly absent?: State;
  /** Processes with a smaller soft limit are left out, in the unit of the resource. */
  readonly leastLimit?: number;
  /** The step of usage at which a result is sent although the state stays the same. */
  readonly reportEvery?: Bound;
  /** Milliseconds that a better state has to last before it is believed. */
  readonly hold: number;
  /** What to do when the service enters a state, in this order. */
  readonly actions: Readonly<Record<'warning' | 'critical' | 'ok', readonly Action[]>>;
}

/** What the agent does by itself when a service enters a state. */
export type Action = (
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** Raises the soft limit by a count or a share of what it is, to `upTo` at most. */
  | { readonly kind: 'raise-limit'; readonly by: Bound; readonly upTo?: number }
  /** A systemd unit, with its suffix. */
  | { readonly kind: 'restart-unit'; readonly unit: string }
  /** A program, by its absolute path, and its arguments. */
  | { readonly kind: 'run'; readonly argv: readonly [string, ...string[]] }
) & { readonly atMost?: Rate };

/** So many times within any `per` milliseconds. */
export interface Rate {
  readonly count: number;
  readonly per: number;
}
