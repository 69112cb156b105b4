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
  /** Never rejects. The results are in the order in which they happened. */
  deliver(results: readonly ServiceResult[], signal: AbortSignal): Promise<Delivery>;
}
