import type { Row } from './question.js';

/** By group, in the order in which the groups come first. */
export function grouped(rows: readonly Row[]): [group: string, members: Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const members = groups.get(row.group) ?? [];
    members.push(row);
    groups.set(row.group, members);
  }
  return [...groups];
}
