import type { Config, Service } from '../config/index.js';

/** What of a configuration concerns the central server. */
export interface Monitored extends Pick<Config, 'host' | 'heartbeat'> {
  readonly services: readonly Pick<Service, 'description'>[];
  readonly destinations?: Config['destinations'];
}

export interface Definitions {
  /** The file for the server, with a newline at its end. */
  readonly text: string;
  /** What the server may not like, a line each. */
  readonly warnings: readonly string[];
}

/** A name that the server cannot have. The message is one line that says which, and what to do. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  constructor(kind: 'host' | 'service', name: string, problem: string) {
    super(`${kind} ${JSON.stringify(name)}: ${problem}; give it another name in the configuration`);
  }
}
