import type { Reading } from '../events.js';
import type { RawEvent } from '../layout/index.js';
import type { LevelSet } from '../level-sets.js';
import type { Level } from '../levels.js';

const UP = 1;
const DOWN = 2;

/**
 * Processes that came into a combination of groups whose levels were not put together yet. The kernel tells each of
 * their changes, and this turns that into the events that the kernel would have told with the right levels.
 */
export class Provisional {
  readonly #grain: number;
  readonly #readings = new Map<number, Reading>();

  /** @param grain the step of the provisional set */
  constructor(grain: number) {
    this.#grain = grain;
  }

  /** What a record of a process with the provisional set means for the levels of its groups. */
  translate(raw: RawEvent, set: LevelSet): RawEvent[] {
    const before = this.#readings.get(raw.pid);
    if (raw.type === 'process-ended') this.#readings.delete(raw.pid);
    else this.#readings.set(raw.pid, { value: raw.value, limit: raw.limit });
    if (raw.type === 'limit-changed')
      return [raw, ...crossings(raw, before ?? { value: raw.value, limit: raw.level }, set)];
    if (raw.type !== 'step') return [raw];
    const change = raw.crossed * this.#grain;
    const value = raw.value + (raw.other === UP ? -change : change);
    return [...crossings(raw, before ?? { value, limit: raw.limit }, set), ...steps(raw, value, set)];
  }

  /** It has the levels of its groups now, or none. */
  leave(pid: number): void {
    this.#readings.delete(pid);
  }

  /** After a loss it is not known what any process had before. */
  forget(): void {
    this.#readings.clear();
  }
}

/** In the kernel's order: the lowest first upwards, then the highest first downwards. */
function crossings(raw: RawEvent, before: Reading, { levels }: LevelSet): RawEvent[] {
  const crossed = levels.map(({ level }, index) => ({
    index,
    level: levelAt(level, raw.limit),
    was: before.value >= levelAt(level, before.limit),
    is: raw.value >= levelAt(level, raw.limit),
  }));
  const told = (direction: number, list: typeof crossed): RawEvent[] =>
    list.map(({ index, level }) => ({ ...raw, type: 'level', other: direction, index, level }));
  return [
    ...told(
      UP,
      crossed.filter(({ was, is }) => is && !was),
    ),
    ...told(DOWN, crossed.filter(({ was, is }) => was && !is).reverse()),
  ];
}

function steps(raw: RawEvent, valueBefore: number, { step }: LevelSet): RawEvent[] {
  if (step === 0) return [];
  const before = Math.floor(valueBefore / step);
  const now = Math.floor(raw.value / step);
  if (now === before) return [];
  const isUp = now > before;
  return [
    {
      ...raw,
      other: isUp ? UP : DOWN,
      crossed: Math.abs(now - before),
      level: (isUp ? now : now + 1) * step,
    },
  ];
}

/** See level_at() in bpf/looks/levels.bpf.h. */
function levelAt(level: Level, limit: number): number {
  if (level.kind === 'value') return level.value;
  if (limit === Infinity) return Infinity;
  return Math.floor((limit * Math.round(level.percent * 100) + (level.above ? 10_000 : 9999)) / 10_000);
}
