import { readlinkSync } from 'node:fs';
import type { Group, Match } from '../rlimit-events/index.js';
import { selectByExecutable } from './by-executable.js';
import { selectByPidFile } from './by-pid-file.js';
import { selectByUnit } from './by-unit.js';
import { selectByUser } from './by-user.js';

/** Which processes are meant. */
export type Selector =
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'pidfile' | 'exe'; readonly path: string }
  | { readonly kind: 'command'; readonly name: string }
  | { readonly kind: 'unit' | 'user'; readonly name: string }
  /** Below the root of the cgroup2 hierarchy. */
  | { readonly kind: 'cgroup'; readonly path: string };

/** What a group has to be matched by, to keep a selector of this kind true. */
export function matchesOf(kind: Selector['kind']): readonly Match['kind'][] {
  switch (kind) {
    case 'pid':
    case 'pidfile':
      return [];
    case 'unit':
      return ['cgroup'];
    case 'exe':
    case 'command':
    case 'user':
    case 'cgroup':
      return [kind];
  }
}

/** What the administrator should know of a selector that finds nobody, or is not what it was. */
export type SelectorLog = (level: 'warning' | 'notice', message: string) => void;

/** What keeps a group true. */
export interface Selecting {
  /** Where somebody has to be asked first: when he has answered, or has not in time. Rejects as startSelecting() throws. */
  readonly answered?: Promise<void>;
  stop(): void;
}

/** Whoever was asked has answered; `doubt`: why it is not known who is meant. Each time anew. */
export type OnAnswer = (doubt: string | undefined) => void;

/** Of the first cgroup namespace (PROC_CGROUP_INIT_INO, include/linux/proc_ns.h). */
const FIRST_NAMESPACE = 'cgroup:[4026531835]';

/** The kernel tells of a cgroup that is made by its path in the first namespace, which nobody knows elsewhere. */
function warnOfNamespace(what: string, log: SelectorLog): void {
  if (readlinkSync('/proc/self/ns/cgroup') !== FIRST_NAMESPACE)
    log('warning', `in a cgroup namespace, as in a container, ${what} is not followed when it is made again`);
}

const NOTHING_TO_KEEP: Selecting = { stop: () => undefined };

/**
 * Has the kernel match a group's processes, those that are there and those to come, and keeps that true
 * until it is stopped. It sleeps as long as no file that it follows changes, and no question is open.
 *
 * @throws RlimitEventsError no-such-process of `pid`, and what a group's match() throws
 */
export function startSelecting(
  group: Group,
  selector: Selector,
  log: SelectorLog,
  onAnswer: OnAnswer = () => undefined,
): Selecting {
  switch (selector.kind) {
    case 'pid':
      group.add(selector.pid);
      return NOTHING_TO_KEEP;
    case 'pidfile':
      return selectByPidFile(group, selector.path, log);
    case 'exe':
      return selectByExecutable(group, selector.path, log);
    case 'command':
      group.match(selector);
      return NOTHING_TO_KEEP;
    case 'cgroup':
      warnOfNamespace(selector.path, log);
      group.match(selector);
      return NOTHING_TO_KEEP;
    case 'user':
      if (!/^\d{1,10}$/.test(selector.name)) return selectByUser(group, selector.name, log, onAnswer);
      group.match({ kind: 'user', uid: Number(selector.name) });
      return NOTHING_TO_KEEP;
    case 'unit':
      warnOfNamespace(selector.name, log);
      return selectByUnit(group, selector.name, log, onAnswer);
  }
}
