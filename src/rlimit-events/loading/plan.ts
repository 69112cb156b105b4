import type { Resource } from '../../resources/index.js';
import { RlimitEventsError } from '../errors.js';
import type { Hook, HookKind, Sight } from './hook.js';
import { KERNEL_RESOURCES } from './kernel-resources.js';
import type { Match } from '../match.js';
import { MATCH_KINDS } from '../match.js';
import { type AttachMode, MODES } from './modes/index.js';
import { allSights, PROCESSES, sightsToMatch } from './sights.js';

/** What a kernel can do, as far as a plan asks. */
export interface Kernel {
  /** Whether it has all of these functions. */
  has(functions: readonly string[]): boolean;
  /** Why none of these is known to be there, for an administrator. */
  whyNoneOf(functions: string): string;
  /** Whether it can preempt programs of such hooks, and then skips them for others. */
  preempts(kind: HookKind): boolean;
  /** Whether classic tracepoints can be attached to. */
  hasClassicTracepoints(): boolean;
  /** Whether it may preempt at all, and so keep kprobes and classic programs out for a while. */
  readonly isPreemptible: boolean;
  /** Whether it knows its own types, and so has what is found by them. */
  readonly knowsItsTypes: boolean;
  /** Why no program can find out that those are kept out; undefined: one can. */
  readonly cannotTell: string | undefined;
  /** Whether a trampoline's program that was detached can be attached again. */
  readonly attachesAgain: boolean;
}

/** Which programs to load and attach, for a resource and a mode on this kernel. */
export interface Plan {
  readonly mode: AttachMode;
  /** What is attached at once, and what cannot be attached whenever somebody is matched by a kind. */
  readonly attached: readonly string[];
  /** What is attached while somebody is matched by a kind. */
  readonly onMatch: ReadonlyMap<Match['kind'], readonly string[]>;
  /** The programs that are attached and detached at once, only to see that they can be: nothing else proves it. */
  readonly triedOnly: readonly string[];
  /** The programs that are not even loaded, since the kernel may refuse them or nothing needs them. */
  readonly skipped: readonly string[];
  /**
   * The programs that the kernel must never skip, and that the net does not watch. The kernel counts its skips of them,
   * so that the agent can ask.
   */
  readonly counted: readonly string[];
  /** The programs that this kernel can preempt, where the net tells when it has (bpf/hooks/unguarded.bpf.h). */
  readonly unguarded: readonly string[];
  /** The hooks at which this kernel can preempt programs of it; none: it is exact. */
  readonly preempted: readonly HookKind[];
  /** Others can keep its programs out for a while, which is not noticed on this kernel: why not. */
  readonly keptOutUnnoticed: string | undefined;
  /** Whether it sees some changes only later, since this kernel has not all functions that make them. */
  readonly isLate: boolean;
}

/** The program that notices when others were kept from running: the net (bpf/hooks/blind.bpf.h). */
const NET = 'cpu_was_blind';
/** The program that prepares the net for programs that can be preempted. */
const FIND_UNGUARDED = 'find_unguarded';
/** Answers requests about executables. */
const EXECUTABLES = 'inspect_task';

/** Are kept out by others' bpf(2), and counted for that by some kernels, whatever the net tells. */
const KEPT_OUT: readonly HookKind[] = ['kprobe', 'classic'];

/** @throws RlimitEventsError unsupported, naming what the kernel does not have */
export function planFor(
  resource: Resource,
  mode: AttachMode,
  matches: readonly Match['kind'][],
  kernel: Kernel,
): Plan {
  const choose = (sights: readonly Sight[]) => sights.map((sight) => hookFor(sight, mode, kernel));
  const always = choose([...PROCESSES, ...KERNEL_RESOURCES[resource].sights(MODES[mode])]);
  const matching = new Map(matches.map((kind) => [kind, choose(sightsToMatch(kind, MODES[mode]))]));
  const hooks = [...always, ...[...matching.values()].flat()];
  const isKeptOut = kernel.isPreemptible && hooks.some(({ kind }) => KEPT_OUT.includes(kind));
  const canBePreempted = hooks.filter(({ kind }) => kernel.preempts(kind));
  const wantsNet = isKeptOut || (kernel.isPreemptible && canBePreempted.length > 0);
  const hasNet = wantsNet && kernel.cannotTell === undefined;
  const unguarded = hasNet ? [...new Set(canBePreempted.flatMap(({ programs }) => programs))] : [];
  const programsOf = (chosen: readonly Hook[]) => [
    ...new Set(
      chosen.flatMap(({ programs, seconds = [] }) => (hasNet ? [...programs, ...seconds] : programs)),
    ),
  ];
  const lasting = kernel.attachesAgain ? [] : [...matching.values()].flat().filter(isTrampoline);
  const attached = [...programsOf([...always, ...lasting]), ...(hasNet ? [NET] : [])];
  const isAttached = new Set(attached);
  const onMatch = new Map(
    [...matching].map(([kind, chosen]) => [
      kind,
      programsOf(chosen).filter((program) => !isAttached.has(program)),
    ]),
  );
  const wanted = new Set([
    ...attached,
    ...[...onMatch.values()].flat(),
    ...(matches.includes('exe') ? [EXECUTABLES] : []),
    ...(unguarded.length > 0 ? [FIND_UNGUARDED] : []),
  ]);
  return {
    mode,
    attached,
    onMatch,
    triedOnly: [...always, ...lasting].some(isTrampoline)
      ? []
      : [...matching.values()]
          .flat()
          .filter(isTrampoline)
          .flatMap(({ programs }) => programs),
    skipped: [...everyProgram()].filter((program) => !wanted.has(program)),
    counted: always
      .filter(({ kind }) => !KEPT_OUT.includes(kind))
      .flatMap(({ programs }) => programs)
      .filter((program) => !unguarded.includes(program)),
    unguarded,
    preempted: [...new Set(canBePreempted.map(({ kind }) => kind))],
    keptOutUnnoticed: isKeptOut ? kernel.cannotTell : undefined,
    isLate: always.some(({ isLate = false }) => isLate),
  };
}

/**
 * Which programs to load where there are to be no events: those that answer requests, and no hook. No kernel refuses a
 * mode for them, so it is that of which every kernel has what it takes.
 */
export function planToRead(matches: readonly Match['kind'][]): Plan {
  return {
    mode: 'tracepoint',
    attached: [],
    onMatch: new Map(matches.map((kind) => [kind, []])),
    triedOnly: [],
    skipped: [...everyProgram()].filter((program) => program !== EXECUTABLES || !matches.includes('exe')),
    counted: [],
    unguarded: [],
    preempted: [],
    keptOutUnnoticed: undefined,
    isLate: false,
  };
}

function isTrampoline({ kind }: Hook): boolean {
  return kind === 'trampoline';
}

function hookFor(sight: Sight, mode: AttachMode, kernel: Kernel): Hook {
  // Last of all whether its functions are there: the kernel takes long to list them.
  const isThere = ({ kind, functions = [], needsTypes = false, isForOthers = false }: Hook) =>
    !isForOthers &&
    (kernel.knowsItsTypes || !needsTypes) &&
    (kind !== 'classic' || kernel.hasClassicTracepoints()) &&
    kernel.has(functions);
  for (const isAnyLate of [false, true]) {
    const hooks = sight.filter(({ isLate = false }) => isLate === isAnyLate);
    const hook = hooks.find((each) => !kernel.preempts(each.kind) && isThere(each)) ?? hooks.find(isThere);
    if (hook) return hook;
  }
  const missing = sight.map(({ functions = [] }) => functions.join(' and ')).join(', ');
  const reason = kernel.whyNoneOf(missing.replace(/, ([^,]*)$/, ' or $1'));
  throw new RlimitEventsError('unsupported', `this kernel cannot do attach mode ${mode}: ${reason}`);
}

let every: readonly Sight[] | undefined;

function everySight(): readonly Sight[] {
  every ??= allSights(
    Object.values(KERNEL_RESOURCES).map(({ sights }) => sights),
    MATCH_KINDS,
  );
  return every;
}

/** The functions that any way of seeing something is at, and those that are taken where they are there. */
export function everyFunction(): { all: string[]; first: string[] } {
  const functionsOf = ({ functions = [] }: Hook) => functions;
  return {
    all: [...new Set(everySight().flatMap((sight) => sight.flatMap(functionsOf)))],
    first: [...new Set(everySight().flatMap(([first]) => functionsOf(first)))],
  };
}

function everyProgram(): ReadonlySet<string> {
  return new Set([
    ...everySight().flatMap((sight) =>
      sight.flatMap(({ programs, seconds = [] }) => [...programs, ...seconds]),
    ),
    NET,
    FIND_UNGUARDED,
    EXECUTABLES,
  ]);
}
