import { once, EventEmitter } from 'node:events';
import type { Destination, Outcome } from '../../../src/destinations/index.js';
import { pluginOutput, type ServiceResult } from '../../../src/services/index.js';

/** A destination that takes every result at once, and keeps it, unless it cannot be reached. */
export class RecordingDestination implements Destination {
  readonly name = 'recording';
  readonly results: ServiceResult[] = [];
  isReachable = true;
  readonly #emitter = new EventEmitter();

  deliver(results: readonly ServiceResult[]): Promise<readonly Outcome[]> {
    this.results.push(...results);
    this.#emitter.emit('more');
    const failed = { status: 'failed', failure: 'unreachable', reason: 'nobody is there' } as const;
    return Promise.resolve(results.map(() => (this.isReachable ? { status: 'delivered' } : failed)));
  }

  /** The output of each, when there are so many. */
  async outputs(count: number): Promise<string[]> {
    while (this.results.length < count) await once(this.#emitter, 'more');
    return this.results.map(pluginOutput);
  }
}
