import type { ServiceResult } from '../services/index.js';

/** Where results outlive the agent. */
export interface Store {
  /** What was there when the agent began, in order. Never throws. */
  load(): ServiceResult[];
  /** These and no others, as soon as possible. What went wrong is told, and not thrown. */
  save(results: readonly ServiceResult[]): void;
  /** What was last given to `save` is there, or could not be written. */
  settled(): Promise<void>;
}
