import type { Resource } from '../resources/index.js';
import { ATTACH_MODES, type AttachMode } from './attach-mode.js';
import { allPrograms } from './functions.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import type { Match } from './matches.js';

/** See processes come and go, in every mode. */
const PROCESS_PROGRAMS = ['process_forks', 'process_executes', 'process_ends'];

/** What to attach for a resource and a mode on this kernel. */
export function programsToAttach(resource: Resource, mode: AttachMode): string[] {
  return [...PROCESS_PROGRAMS, ...KERNEL_RESOURCES[resource].programs[mode]()];
}

export const MATCH_KINDS: readonly Match['kind'][] = ['exe', 'command', 'user', 'cgroup'];

/** Answers requests about executables. */
const EXECUTABLE_PROGRAMS = ['inspect_task'];

/** What sees that a process has another user, by mode. */
const USER_PROGRAM: Record<AttachMode, string> = {
  fentry: 'fexit__commit_creds',
  kprobe: 'kretprobe__commit_creds',
  tracepoint: 'setuid_ends',
};

/** What can bring a process into a group that is matched by this, without an exec (bpf/changes.h). */
export function programsToMatch(kind: Match['kind'], mode: AttachMode): string[] {
  switch (kind) {
    case 'exe':
      return [];
    case 'command':
      return ['name_changes'];
    case 'user':
      return [USER_PROGRAM[mode]];
    case 'cgroup':
      return ['cgroup_changes', 'cgroup_is_made', 'cgroup_is_removed'];
  }
}

/** What not even to load: the kernel may refuse it, or not have its function, or nobody matches by it. */
export function programsToSkip(
  attached: readonly string[],
  mode: AttachMode,
  matches: readonly Match['kind'][],
): string[] {
  const wanted = new Set([
    ...attached,
    ...matches.flatMap((kind) => programsToMatch(kind, mode)),
    ...(matches.includes('exe') ? EXECUTABLE_PROGRAMS : []),
  ]);
  const all = [
    ...allPrograms,
    ...ATTACH_MODES.flatMap((each) => MATCH_KINDS.flatMap((kind) => programsToMatch(kind, each))),
    ...EXECUTABLE_PROGRAMS,
  ];
  return [...new Set(all)].filter((program) => !wanted.has(program));
}
