import { readdirSync } from 'node:fs';
import { ALONE, ELSEWHERE, TOGETHER } from './table.js';

export interface Table {
  readonly together: readonly string[];
  readonly alone: readonly string[];
  readonly elsewhere: readonly string[];
}

export const TABLE: Table = {
  together: TOGETHER,
  alone: Object.keys(ALONE),
  elsewhere: Object.keys(ELSEWHERE),
};

/** The suites in a folder and in those below it, as the lists have them. @param end of the names of their files */
export function suitesIn(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length));
}

const has = (list: readonly string[], suite: string) =>
  list.some((name) => (name.endsWith('/') ? suite.startsWith(name) : suite === name));

/** What `npm test` runs several at a time, and what by itself: also a suite that nobody has put into a list. */
export function groupsOf(
  suites: readonly string[],
  { together, elsewhere }: Table = TABLE,
): { readonly together: string[]; readonly alone: string[] } {
  const ours = suites.filter((suite) => !has(elsewhere, suite));
  return {
    together: ours.filter((suite) => has(together, suite)),
    alone: ours.filter((suite) => !has(together, suite)),
  };
}

/** A line for each suite that is not in exactly one list, and for each name in a list that no suite has. */
export function tableProblems(suites: readonly string[], table: Table = TABLE): string[] {
  const lists = Object.entries(table) as [string, readonly string[]][];
  const misplaced = suites.flatMap((suite) => {
    const places = lists.filter(([, list]) => has(list, suite)).map(([name]) => name);
    if (places.length === 1) return [];
    const where = places.length === 0 ? 'in no list' : `in several lists: ${places.join(', ')}`;
    return [`${suite} is ${where}`];
  });
  const gone = lists
    .flatMap(([, list]) => list)
    .filter((name) => !suites.some((suite) => has([name], suite)))
    .map((name) => `there is no ${name}`);
  return [...misplaced, ...gone];
}
