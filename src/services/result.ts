import type { Reading } from 'rlimit-events';
import type { Resource } from '../resources/index.js';
import { pluginText } from '../text/index.js';
import type { Perfdata } from './perfdata.js';
import type { NamedProcess } from './process.js';
import type { State } from './state.js';
import type { ThresholdStatus } from './threshold-status.js';

/** One passive check result: data, which each protocol renders as it needs. */
export interface ServiceResult {
  readonly host: string;
  /** The service description. */
  readonly service: string;
  readonly state: State;
  /**
   * When what it says became true: milliseconds since 1970. Of a change, when the state was entered, or
   * when its hold was over; of a report, when the process came to have that much, or that name or limit; of a repetition, when it
   * was made. Never before that of the result before it.
   */
  readonly time: number;
  /** change: another state; report: `report_every`, or the process that was told runs another program or has another limit; heartbeat; detail: the same state with more long output. */
  readonly cause: Cause;
  /** The change was for the worse (OK < WARNING < UNKNOWN < CRITICAL); the first is, if it is not OK. */
  readonly worsened: boolean;
  /** What it says in one line of at most 79 characters. */
  readonly text: string;
  /** None without a process. */
  readonly perfdata: readonly Perfdata[];
  /** Lines, the most important first: a server may cut off the last. */
  readonly longOutput: readonly string[];
  /** The process that the text names, if there is one, and what the result says that it has. */
  readonly worst?: Worst;
  /** How late it is delivered, in milliseconds since `time`; set by the outbox. */
  readonly delay?: number;
}

export interface Worst {
  readonly process: NamedProcess;
  readonly reading: Reading;
  readonly resource: Resource;
}

export const CAUSES = ['change', 'report', 'heartbeat', 'detail'] as const;
export type Cause = (typeof CAUSES)[number];

/** Whether it says what no result before it has said. */
export function isNews({ cause }: Pick<ServiceResult, 'cause'>): boolean {
  return cause === 'change' || cause === 'report';
}

/** A service as it is now: plain data, which JSON keeps as it is. */
export interface ServiceStatus {
  readonly description: string;
  readonly resource: Resource;
  /** As the last result said. */
  readonly state: State;
  /** When it came into that state: milliseconds since 1970; null before the first result. */
  readonly since: number | null;
  /** How often it came into another state, since it is watched. */
  readonly changes: number;
  /** The most that its worst process had at once, since it is watched; null: it had none yet. */
  readonly highest: number | null;
  /** Those that there are, in the unit of `value`. */
  readonly thresholds: { readonly warning?: ThresholdStatus; readonly critical?: ThresholdStatus };
  /** How many it has. */
  readonly processes: number;
  /** Why it has none, in words; only then. */
  readonly absence?: string;
  /** The worst first; all of them, unless fewer were asked for. */
  readonly members: readonly MemberStatus[];
}

export interface MemberStatus {
  readonly pid: number;
  /** Without control characters. */
  readonly name: string;
  readonly value: number;
  /** The soft limit; null when unlimited. */
  readonly limit: number | null;
  readonly state: State;
}

/** The result with these lines before the rest of its long output. */
export function withExplanation(result: ServiceResult, lines: readonly string[]): ServiceResult {
  return { ...result, longOutput: [...lines.map(pluginText), ...result.longOutput] };
}

/** For maps: the same for all results of a service. No name can have a line break. */
export function serviceKey({ host, service }: Pick<ServiceResult, 'host' | 'service'>): string {
  return `${host}\n${service}`;
}
