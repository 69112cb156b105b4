/** What has to be seen to count a resource, and the ways in which kernels let it be seen, from the cheapest on. */
import type { Hook, Sight } from './hook.js';
import type { Match } from '../match.js';
import { type MemoryCount, MODES, type Mode } from './modes/index.js';
import { late, oneOf, only, seenBy, systemCallEnd, tracepoint } from './sight.js';

/** What calls for a look in a mode. */
export type Sights = (mode: Mode) => readonly Sight[];

const PROCESS_BEGINS: Sight = [
  { kind: 'tracepoint', programs: ['process_forks'] },
  { kind: 'scheduler', programs: ['process_wakes_first'] },
];

/** Processes come and go: for every resource, and in every mode. */
export const PROCESSES: readonly Sight[] = [
  PROCESS_BEGINS,
  tracepoint('process_executes', 'proc_exec_connector'),
  tracepoint('process_ends', 'exit_files'),
];

/** What sees the count of open descriptors change. */
export const descriptorSights: Sights = ({ descriptors }) => descriptors;

/** What sees a count of memory change: functions where there are all that are needed, and else the end of each call. */
export const memorySights =
  (count: MemoryCount): Sights =>
  ({ memory }) => [oneOf(...memory[count], ...late(systemCallEnd('syscall_ends')))];

/** What the scheduler sees. */
export const schedulerSights = withLimits(only('scheduler', 'runtime_grows'));

/** What sees the time of real-time threads. The tick of the scheduler is an interrupt, also on a real-time kernel. */
export const tickSights = withLimits(only('scheduler', 'tick_has_passed', 'thread_wakes_up'));

/** What sees a page come or go. */
export const residentSights = withLimits([
  { kind: 'tracepoint', programs: ['rss_changes'] },
  { kind: 'classic', programs: ['classic__rss_changes', 'rss_of_others_changes'] },
]);

const USER_SYSCALLS = systemCallEnd('user_syscall_ends');
const USER_FREES = only('locked', 'user_frees');
const USER_HAS_ONE_MORE: Sight = [
  { kind: 'tracepoint', programs: ['user_has_new_task'] },
  { kind: 'scheduler', programs: ['user_wakes_first'] },
];
/** Sees each process and thread that a user has less, some milliseconds after the kernel counts it no more. */
const ENDED: Hook = { kind: 'locked', programs: ['user_thread_is_gone', 'user_frees'], isLate: true };

/** What sees the numbers of a user change. */
export const processesOfUser: Sights = ({ userHasOneLess }) => [
  USER_HAS_ONE_MORE,
  oneOf(...userHasOneLess, ENDED),
  USER_SYSCALLS,
];

export const signalsOfUser: Sights = ({ signals, signalsByOthers }) => [
  oneOf(...seenBy(signalsByOthers), ...only('locked', 'signal_is_sent')),
  oneOf(...seenBy(signals), ...only('locked', 'signal_is_delivered')),
  oneOf(...seenBy(signalsByOthers), ...USER_FREES),
  oneOf(...signals, ...late(USER_SYSCALLS)),
];
export const queuesOfUser: Sights = ({ queues }) => [
  oneOf(...seenBy(queues), ...USER_FREES),
  oneOf(...queues, ...late(USER_SYSCALLS)),
];

/** One way of seeing it change, and what sees limits in each mode. */
function withLimits(sight: Sight): Sights {
  return ({ limits }) => [sight, limits];
}

const NAME_CHANGES = tracepoint('name_changes');

/** What can bring a process into a group that is matched by this, without an exec (bpf/hooks/changes.bpf.h). */
export function sightsToMatch(kind: Match['kind'], mode: Mode): readonly Sight[] {
  switch (kind) {
    case 'exe':
    case 'all':
      return [];
    case 'command':
      return [NAME_CHANGES];
    case 'user':
      return [mode.userIsSet];
    case 'cgroup':
      // One at a time in the whole system (TRACE_CGROUP_PATH() in kernel/cgroup/cgroup-internal.h).
      return [only('scheduler', 'cgroup_changes', 'cgroup_is_made', 'cgroup_is_removed')];
  }
}

/** All that any resource, mode and match can want. */
export function allSights(ofResources: readonly Sights[], kinds: readonly Match['kind'][]): readonly Sight[] {
  return Object.values(MODES).flatMap((mode) => [
    ...PROCESSES,
    ...ofResources.flatMap((sights) => sights(mode)),
    ...kinds.flatMap((kind) => sightsToMatch(kind, mode)),
  ]);
}
