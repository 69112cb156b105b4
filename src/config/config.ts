import type { Resource } from '../rlimit-events/index.js';
import type { Thresholds } from '../services/index.js';

/** A valid configuration file, with everything in it parsed. */
export interface Config {
  /** The host as the central server names it. */
  readonly host: string;
  /** At least one, unless the reader said that none is needed. */
  readonly destinations: readonly Destination[];
  /** At least one, each with a description of its own. */
  readonly services: readonly Service[];
}

/** Where results go. */
export type Destination = NscaDestination;

export interface NscaDestination {
  readonly type: 'nsca';
  /** A host name or an address. */
  readonly server: string;
  readonly port: number;
  /** A method by its name or its number in nsca.cfg. */
  readonly encryption: string | number;
  /** Absolute. Without one the password is empty. */
  readonly passwordFile?: string;
}

export interface Service {
  /** The service description on the central server. */
  readonly description: string;
  readonly process: ProcessSelector;
  readonly resource: Resource;
  /** Has at least one of the two. */
  readonly thresholds: Thresholds;
}

/** Which processes a service is about. */
export interface ProcessSelector {
  readonly kind: 'pid';
  readonly pid: number;
}
