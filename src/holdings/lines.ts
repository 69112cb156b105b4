import { MOST_GROUPS, type Held, type HeldGroup } from './held.js';

/** With the first line and the last, eight. */
const MOST_LINES = 6;

/**
 * What a process holds, as lines of a result's long output, the groups that grew most first:
 *
 *     holds 812 descriptors, 652 more than when it was OK:
 *     TCP 192.0.2.7:1883 CLOSE_WAIT ×640 (+612)
 *     /var/log/x.log ×100 (+40)
 *     72 others in 9 groups
 *
 * At most eight lines of at most 120 characters.
 *
 * @param before what it held when it was OK, if that is known
 */
export function heldLines(now: Held, before?: Held): string[] {
  const groups = now.groups.map((group) => ({ ...group, growth: before ? growthOf(group, before) : 0 }));
  groups.sort((one, other) => other.growth - one.growth || other.count - one.count);
  const told = groups.slice(0, MOST_LINES);
  return [
    firstLine(now, before),
    ...told.map(({ what, count, growth }) => `${what} ×${count}${growth > 0 ? ` (+${growth})` : ''}`),
    ...lastLine(now, told),
  ];
}

function firstLine({ total, isTruncated }: Held, before: Held | undefined): string {
  if (isTruncated) return `of its first ${total} descriptors:`;
  const growth = before && !before.isTruncated ? total - before.total : 0;
  return `holds ${total} descriptors${growth > 0 ? `, ${growth} more than when it was OK` : ''}:`;
}

function lastLine({ total, groups }: Held, told: readonly HeldGroup[]): string[] {
  const others = total - sum(told);
  if (others === 0) return [];
  const groupsLeft = groups.length - told.length;
  if (groups.length < MOST_GROUPS) return [`${others} others in ${plural(groupsLeft, 'group')}`];
  return [`${others} others`];
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** By how many it has grown at least: what was too small to be kept, or told among others, is not known exactly. */
function growthOf({ what, count }: HeldGroup, before: Held): number {
  return Math.max(0, count - countBefore(what, before));
}

function countBefore(what: string, { groups }: Held): number {
  const same = groups.find((group) => group.what === what);
  if (same) return same.count;
  // Was told one by one, and is too many now.
  const within = groups.filter((group) => covers(what, group.what));
  if (within.length > 0) return sum(within);
  // Was one of too many.
  const around = groups.filter((group) => covers(group.what, what));
  if (around.length > 0) return Math.max(...around.map(({ count }) => count));
  return groups.length < MOST_GROUPS ? 0 : (groups.at(-1)?.count ?? 0);
}

/** Whether `what` is among those that a group such as `/var/log/*` or `TCP *:443 ESTABLISHED` stands for. */
function covers(group: string, what: string): boolean {
  const star = group.indexOf('*');
  return star >= 0 && what.startsWith(group.slice(0, star)) && what.endsWith(group.slice(star + 1));
}

function sum(groups: readonly HeldGroup[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}
