import type { Level } from './levels.js';
import type { Loss } from './losses.js';
import type { Resource } from '../resources/index.js';

/** What one look at a process saw, in the resource's unit. */
export interface Reading {
  readonly value: number;
  /** The soft limit; Infinity when unlimited. */
  readonly limit: number;
}

interface OfProcess {
  /** For which the process is watched: one that is for several has events of each. */
  readonly resource: Resource;
  /** What watch() was told to call the process and its children; empty by default. */
  readonly tag: string;
  /**
   * The groups that it is in from here on, sorted; none when it was given to watch() itself. Of those that are there
   * when the event is read: one that was removed between is not named.
   */
  readonly groups: readonly string[];
  /** The process, never a thread, as the descriptor's owner sees it in its pid namespace. */
  readonly pid: number;
  /** When the kernel saw it: milliseconds since 1970, with microseconds behind the point. */
  readonly time: number;
}

interface OfSubject extends OfProcess, Reading {}

/** The value reached a level ("up": old < level <= new) or fell below it ("down": new < level <= old). */
export interface LevelEvent extends OfSubject {
  readonly type: 'level';
  /** The level's value under the limit of that moment; Infinity for a share of what is unlimited. */
  readonly level: number;
  /** The level as it was asked for. */
  readonly asked: Level;
  readonly direction: 'up' | 'down';
}

/** The value reached multiples of the step that was asked for, or fell below them. */
export interface StepEvent extends OfSubject {
  readonly type: 'step';
  readonly step: number;
  readonly direction: 'up' | 'down';
  /** The last multiple that was crossed on the way to the value. */
  readonly level: number;
  /** How many multiples were crossed by this one change; each system call is one change. */
  readonly crossed: number;
}

/** The soft limit was set; levels that are shares of it have moved, and tell so by events of their own. */
export interface LimitChangedEvent extends OfSubject {
  readonly type: 'limit-changed';
  readonly oldLimit: number;
}

/**
 * A watched process has a child, which has its levels now, and has not run yet. Or a child came into a
 * group by itself, as one that is born into another cgroup.
 */
export interface ProcessStartedEvent extends OfSubject {
  readonly type: 'process-started';
  readonly parent: number;
  readonly name: string;
}

/**
 * A process runs another program, and is in groups before or after that. If it is in none after that, it is not
 * watched any more.
 */
export interface ProcessExecutedEvent extends OfSubject {
  readonly type: 'process-executed';
  readonly name: string;
}

/**
 * A process came into groups or left them, and not by executing a program: it was found by a match, has
 * another name, user or cgroup, or a match is gone. With no groups it is not watched any more.
 */
export interface ProcessRegroupedEvent extends OfSubject {
  readonly type: 'process-regrouped';
  readonly name: string;
}

/** A watched process ended, with its last thread. */
export interface ProcessEndedEvent extends OfProcess {
  readonly type: 'process-ended';
}

/** Something was not told, before this point; a state event follows at once, or when what it takes to read it is not short any more. */
export interface LostEvent extends Loss {
  readonly type: 'lost';
}

/** A process and what it has, or had when its levels came into force. */
export interface Watched extends Reading {
  readonly pid: number;
  readonly resource: Resource;
  /** As in /proc/PID/comm: at most 15 bytes, and a process can call itself anything. */
  readonly name: string;
  readonly tag: string;
  /** See RlimitEvent. */
  readonly groups: readonly string[];
}

/** After a loss: every process that is watched. Those that are missing have ended. */
export interface StateEvent {
  readonly type: 'state';
  readonly processes: readonly Watched[];
}

export type RlimitEvent =
  | LevelEvent
  | StepEvent
  | LimitChangedEvent
  | ProcessStartedEvent
  | ProcessExecutedEvent
  | ProcessRegroupedEvent
  | ProcessEndedEvent
  | LostEvent
  | StateEvent;
