import { STATE_COLOURS, type MemberStatus, type ServiceStatus } from '../../services/index.js';
import type { Part } from './line.js';

/** A shorter one says no more than the figure beside it. */
const SHORTEST = 5;
const LONGEST = 100;

const BRACKETS = '[]'.length;

/**
 * How much of its limit a process has: full at the limit and not before. `w` and `c` are where the thresholds are: those
 * that are shares are the same for all, others where they are under this limit.
 */
export function bar(member: MemberStatus, service: ServiceStatus, room: number): readonly Part[] {
  const { value, limit, state } = member;
  const length = Math.min(LONGEST, room - BRACKETS);
  if (limit === null || limit === 0 || length < SHORTEST) return [];
  const filled = Math.min(length, Math.floor((value / limit) * length));
  const cells = '#'.repeat(filled) + '.'.repeat(length - filled);
  const coloured = (from: number, to: number): Part[] =>
    from < to ? [{ text: cells.slice(from, to), colour: STATE_COLOURS[state] }] : [];
  const parts: Part[] = ['['];
  let from = 0;
  for (const [place, mark] of marks(service, limit, length)) {
    parts.push(...coloured(from, place), mark);
    from = place + 1;
  }
  return [...parts, ...coloured(from, length), ']'];
}

/** The cells with thresholds, from left to right; where both are in one, it is the worse. */
function marks(
  { thresholds, members: [worst] }: ServiceStatus,
  limit: number,
  length: number,
): [number, string][] {
  const found = new Map<number, string>();
  for (const [mark, threshold] of [
    ['w', thresholds.warning],
    ['c', thresholds.critical],
  ] as const) {
    if (!threshold) continue;
    const [end = '', start = ''] = threshold.range.replace('@', '').split(':').reverse();
    for (const [bound, written] of [
      [threshold.lower, start],
      [threshold.upper, end],
    ] as const) {
      // What a share is as a number is told under the limit of the worst process.
      const whole = written.endsWith('%') ? worst?.limit : limit;
      if (bound !== undefined && whole && bound < whole)
        found.set(Math.floor((bound / whole) * length), mark);
    }
  }
  return [...found].sort(([one], [other]) => one - other);
}
