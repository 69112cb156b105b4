import type { ServiceResult } from '../services/index.js';

/**
 * Why nothing gets through. `unreachable`: it may go better soon. `rejected`: it will not until somebody mends the
 * configuration of one side.
 */
export type Failure = 'unreachable' | 'rejected';

/** What became of one result. */
export type Outcome =
  /** Of several servers that stand for each other: by which one, and why not by the first. */
  | { readonly status: 'delivered'; readonly server?: string; readonly detour?: string }
  /**
   * Somebody does not want this result, and would not want it again as it is; of others that says nothing. `by`: the
   * server, which has answered; or this side, which did not send it.
   */
  | { readonly status: 'refused'; readonly by: 'server' | 'sender'; readonly reason: string }
  /** It did not come so far, and is to be tried again. */
  | { readonly status: 'failed'; readonly failure: Failure; readonly reason: string };

/**
 * Delivers results, which are in the order in which they happened. Never rejects, and settles in bounded time.
 *
 * `onWritten`: called when the next results may follow, if that is before it is known what became of these. All are
 * delivered in the order of the calls.
 *
 * `onLost`: called, at any time after, with results that were delivered and that the server has most likely lost since,
 * or that another one took, which may not have told it: the newest of each service, to be sent again unless there is
 * something newer of it. `reason`: why not at once.
 *
 * @returns one outcome for each result, in their order
 */
export interface Deliver {
  (
    results: readonly ServiceResult[],
    signal: AbortSignal,
    onWritten?: () => void,
    onLost?: OnLost,
  ): Promise<readonly Outcome[]>;
  /** Leaves the server as it wants it, if a connection was kept. Never rejects, and settles soon. */
  close?(): Promise<void>;
}

/** Who is to know of results that are lost. */
export type OnLost = (results: readonly ServiceResult[], reason?: string) => void;

/** Where results go. */
export interface Destination {
  /** For logs, without secrets. */
  readonly name: string;
  readonly deliver: Deliver;
}
