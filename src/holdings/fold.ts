/** A group in the making. */
export interface Member {
  readonly what: string;
  readonly count: number;
}

/** So many names of one kind are told one by one. */
const MOST_NAMES = 20;
/** Of more, those that have at least this share of all are. */
const OWN_SHARE = 0.1;

/** If there are too many members, the small ones become one, named `rest`. */
export function fold<T extends Member>(members: readonly T[], rest: string): readonly (T | Member)[] {
  if (members.length <= MOST_NAMES) return members;
  let total = 0;
  for (const { count } of members) total += count;
  const large = members.filter(({ count }) => count >= OWN_SHARE * total);
  for (const { count } of large) total -= count;
  return [...large, { what: rest, count: total }];
}
