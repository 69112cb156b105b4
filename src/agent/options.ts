import type { Config } from '../config/index.js';
import type { Destination } from '../destinations/index.js';
import type { Log } from '../log/index.js';
import type { OpenOptions } from 'rlimit-events';

export interface AgentOptions {
  /** With the directory for what outlives the agent; without it, nothing does. */
  readonly config: Config;
  readonly destinations: readonly Destination[];
  readonly log: Log;
  readonly descriptor?: OpenOptions;
  /** Nothing is kept in files, and actions are told and not done. */
  readonly dryRun: boolean;
  /** There is a result, or something has come of one: status() may say something else than before. */
  readonly onChange?: () => void;
  /** Something has happened to processes, and all that was to be told of it has been. */
  readonly onSettled?: () => void;
}
