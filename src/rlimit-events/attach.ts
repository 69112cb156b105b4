/** How the counting core is called (bpf/rlimit_events.bpf.c). */
export type AttachMode = 'tracepoint';

/** The programs that see processes come and go, in every mode. */
const PROCESS_PROGRAMS = ['process_forks', 'process_executes', 'process_ends'];

/** The programs of each mode that see the count change. */
const MODE_PROGRAMS: Record<AttachMode, readonly string[]> = {
  tracepoint: ['syscall_ends'],
};

/** What to attach for a mode. */
export function programsToAttach(mode: AttachMode): readonly string[] {
  return [...PROCESS_PROGRAMS, ...MODE_PROGRAMS[mode]];
}

/** What not even to load: the kernel may refuse the programs of another mode. */
export function programsToSkip(mode: AttachMode): readonly string[] {
  return Object.entries(MODE_PROGRAMS)
    .filter(([other]) => other !== mode)
    .flatMap(([, programs]) => programs);
}
