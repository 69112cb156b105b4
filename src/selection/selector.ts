import type * as z from 'zod';
import type { Group, Match } from 'rlimit-events';
import type { KeyText } from '../schema/index.js';

import type { SeenProcess, Sighting } from './processes.js';

/** What the administrator should know of a selector that finds nobody, or is not what it was. */
export type SelectorLog = (level: 'warning' | 'notice', message: string) => void;

/** What keeps a group true. */
export interface Selecting {
  /** Where somebody has to be asked first: when he has answered, or has not in time. Rejects as startSelecting() throws. */
  readonly answered?: Promise<void>;
  stop(): void;
}

/** For selectors that the kernel keeps true by itself. */
export const NOTHING_TO_KEEP: Selecting = { stop: () => undefined };

/** Whoever was asked has answered; `doubt`: why it is not known who is meant. Each time anew. */
export type OnAnswer = (doubt: string | undefined) => void;

/** A kind of selector: all that there is to know of it, in one file, and a line in `kinds.ts`. */
export interface SelectorKind<Selector extends { readonly kind: string }> {
  /** Its key in `process:` of the configuration file or the word there, and its option on the command line. */
  readonly kind: Selector['kind'];
  /** What is written at that key, or what the word means: made when it is asked for. */
  schema(): z.ZodType<Selector>;
  /** What it matches, and what can be written. */
  readonly text: KeyText;
  /** What a group has to be matched by, to keep a selector of this kind true. */
  readonly matches: readonly Match['kind'][];
  /**
   * Has the kernel match a group's processes, those that are there and those to come, and keeps that true until it is
   * stopped. It sleeps as long as no file that it follows changes, and no question is open.
   *
   * @throws RlimitEventsError what a group's match() throws
   */
  start(group: Group, selector: Selector, log: SelectorLog, onAnswer: OnAnswer): Selecting;
  /** Whom it means among these, as far as can be seen without the kernel's help and without any right. */
  find(selector: Selector, processes: readonly SeenProcess[]): Sighting | Promise<Sighting>;
}
