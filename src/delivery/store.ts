import type { ServiceResult } from '../services/index.js';

/** Where results outlive the agent. */
export interface Store {
  /** What was there when the agent began, in order; a promise where somebody else has to answer for it. Never fails. */
  load(): ServiceResult[] | Promise<ServiceResult[]>;
  /** What was there is known. */
  readonly isLoaded: boolean;
  /** These and no others, as soon as possible. What went wrong is told, and not thrown. */
  save(results: readonly ServiceResult[]): void;
  /** Whether what was last given to `save` is there; false: it could not be written. */
  settled(): Promise<boolean>;
  /** Writes nothing while one before it, which was left, still does. */
  goOnFrom(before: Store): void;
  /** Another goes on with what waits: what somebody else has to answer for first is not waited for. */
  leave(): void;
  /** Milliseconds that it has for that at the end: one that does not answer keeps nobody from ending. */
  patience(isEnding: boolean): number;
}
