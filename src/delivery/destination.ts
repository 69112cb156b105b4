import type { ServiceResult } from '../services/index.js';
import type { Failure } from './backoff.js';

/** What became of one result. */
export type Outcome =
  | { readonly status: 'delivered' }
  /**
   * Somebody does not want this result, and would not want it again as it is; of others that says nothing. `by`: the
   * server, which has answered; or this side, which did not send it.
   */
  | { readonly status: 'refused'; readonly by: 'server' | 'sender'; readonly reason: string }
  /** It did not come so far, and is to be tried again. */
  | { readonly status: 'failed'; readonly failure: Failure; readonly reason: string };

/** Where results go. One file each, named by the kind of destination. */
export interface Destination {
  /** For logs, without secrets. */
  readonly name: string;
  /**
   * Never rejects, and settles in bounded time. The results are in the order in which they happened.
   *
   * `onWritten`: called when the next batch may follow, if that is before it is known what became of this one. The
   * destination gets all batches in the order of the calls.
   *
   * @returns one outcome for each result, in their order
   */
  deliver(
    results: readonly ServiceResult[],
    signal: AbortSignal,
    onWritten?: () => void,
  ): Promise<readonly Outcome[]>;
}
