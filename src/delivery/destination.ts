import type { ServiceResult } from '../services/index.js';

/** What became of a batch of results. */
export type Delivery =
  | { readonly status: 'delivered' }
  /**
   * `unreachable`: it may go better soon. `rejected`: it will not until somebody mends the
   * configuration of one side. `invalid`: these results never will.
   */
  | { readonly status: 'unreachable' | 'rejected' | 'invalid'; readonly reason: string };

/** Where results go. One file each, named by the kind of destination. */
export interface Destination {
  /** For logs, without secrets. */
  readonly name: string;
  /**
   * Never rejects, and settles in bounded time. The results are in the order in which they happened.
   *
   * `onWritten`: called when the next batch may follow, if that is before it is known what became of this one. The
   * destination gets all batches in the order of the calls.
   */
  deliver(results: readonly ServiceResult[], signal: AbortSignal, onWritten?: () => void): Promise<Delivery>;
}
