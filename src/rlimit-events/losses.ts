/**
 * Each table or queue that can be full, or reason by which something is not told, in the order of `enum loss_place`
 * (bpf/rlimit_events.h):
 *
 * - an event is missing: `queue` of events; `limitCalls`, the calls under way that set a limit;
 * - a process is not watched: `processes`; `members` of a user; `sharers` of a descriptor table; `cgroups` that match;
 * - a look may be missing: a `lock` that was waited for in vain; a program that was `keptOut` by the kernel.
 */
export const KERNEL_PLACES = [
  'queue',
  'limitCalls',
  'processes',
  'members',
  'sharers',
  'cgroups',
  'lock',
  'keptOut',
] as const;

/** And what user space could not look at when it had to: a `shortage` of descriptors or memory. */
const LOSS_PLACES = [...KERNEL_PLACES, 'shortage'] as const;

export type LossPlace = (typeof LOSS_PLACES)[number];

/** How often something was not told, by place. */
export type Losses = Readonly<Record<LossPlace, number>>;

export function lossesOf(at: (place: LossPlace) => number): Losses {
  return Object.fromEntries(LOSS_PLACES.map((place) => [place, at(place)])) as Losses;
}

export const NO_LOSSES = lossesOf(() => 0);

/** How often each has come up of what only user space can do: see `struct chores` (bpf/rlimit_events.h). */
export type Chores = Readonly<Record<'observe' | 'match' | 'link', number>>;

export const NO_CHORES: Chores = { observe: 0, match: 0, link: 0 };

/** How much was not told. */
export interface Loss {
  /** Events that are missing. */
  readonly count: number;
  /** How many processes are not watched. */
  readonly unwatchedChildren: number;
  /**
   * How often a watched process may have done something that no program saw; what was crossed and undone meanwhile is
   * not told.
   */
  readonly missedLooks: number;
  /** The same by place; those where nothing was lost are not there. */
  readonly places: Readonly<Partial<Losses>>;
}

/** Undefined if there is nothing. */
export function lossBetween(before: Losses, now: Losses): Loss | undefined {
  const more = lossesOf((place) => now[place] - before[place]);
  const places = Object.fromEntries(Object.entries(more).filter(([, count]) => count > 0));
  if (Object.keys(places).length === 0) return undefined;
  return {
    count: more.queue + more.limitCalls,
    unwatchedChildren: more.processes + more.members + more.sharers + more.cgroups,
    missedLooks: more.lock + more.keptOut + more.shortage,
    places,
  };
}
