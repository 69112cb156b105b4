import type { Watched } from '../events.js';
import type { Resource } from '../../resources/index.js';
import type { Level } from '../levels.js';
import type { Executable } from '../layout/index.js';
import type { Match } from '../match.js';

export interface GroupOptions {
  readonly resource: Resource;
  /** At most 64. A process in several groups has those of each. */
  readonly levels: readonly Level[];
  /** Tell every multiple of this, too. Default 0, none. In several groups: of their greatest common divisor. */
  readonly step?: number;
  /** Whether the children of members are members, and theirs, whatever they become. Default true. */
  readonly inherit?: boolean;
}

/**
 * Processes that are watched for what they are. The kernel matches each at its exec, its birth, and when
 * its name, user or cgroup changes, so that it is watched from that moment on. Whoever comes in or leaves
 * is told by an event, those that were found by match() and add() as well.
 *
 * A process that was given to watch() itself is in no group until it is unwatched or added.
 *
 * Whatever asks the kernel throws RlimitEventsError exhausted where descriptors or memory are short: done again, it is done.
 */
export interface Group {
  readonly name: string;

  /**
   * Everyone who matches this is a member from now on.
   *
   * @returns the members that there are now
   * @throws RlimitEventsError bad-match, full, or unsupported where there is no cgroup v2; exhausted
   */
  match(match: Match): Watched[];

  /** Processes that are members by this match alone, and not as the child of a member, are members no more. */
  unmatch(match: Match): void;

  /**
   * Makes a process a member by its number, until it ends.
   *
   * @throws RlimitEventsError no-such-process, full, busy or exhausted
   */
  add(pid: number): Watched;

  /** Undoes add(). A child of a member, or one that matches, stays; and so do its children. */
  drop(pid: number): void;

  /** What a descriptor of this process is open on (with O_PATH, too), to match it. Undefined for no file. */
  identify(fd: number): Executable | undefined;

  /** The processes that run a program, members or not. */
  running(executable: Executable): number[];

  /** Nobody is a member any more, and the name is free. */
  remove(): void;
}
