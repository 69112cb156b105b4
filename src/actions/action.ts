import type { Resource } from '../resources/index.js';
import type { Bound, State } from '../services/index.js';

/** What is done when a service comes into a state. */
export type Action = (
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** `by` a share of the present soft limit, or so many; never past the hard limit or `upTo`. */
  | { readonly kind: 'raise-limit'; readonly by: Bound; readonly upTo?: number }
  | { readonly kind: 'restart-unit'; readonly unit: string }
  | { readonly kind: 'run'; readonly argv: readonly [string, ...string[]] }
) & { readonly atMost?: Frequency };

/** So often within any such time. */
export interface Frequency {
  readonly count: number;
  /** Milliseconds. */
  readonly per: number;
}

/** The actions of a service. */
export interface ServiceActions {
  readonly warning: readonly Action[];
  readonly critical: readonly Action[];
  readonly ok: readonly Action[];
}

/** A service has come into a state. */
export interface ActionEvent {
  readonly host: string;
  /** The service description. */
  readonly service: string;
  readonly state: State;
  readonly previousState: State;
  readonly resource: Resource;
  /** What the worst process has. Without a process only what needs none is done. */
  readonly process?: {
    readonly pid: number;
    readonly name: string;
    readonly value: number;
    /** The soft limit; Infinity when unlimited. */
    readonly limit: number;
  };
  /** The plugin output. */
  readonly output: string;
}

export type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;
