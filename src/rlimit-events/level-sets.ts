import type { ElementMap } from './elements.js';
import { isExhausted, RlimitEventsError } from './errors.js';
import { encodeLevelSet, encodeU32, PROVISIONAL_SET } from './layout/index.js';
import { checkLevel, compareLevels, LevelError, MAX_LEVELS, type Level } from './levels.js';

/** A level of a process, and whether its children get it at their birth. */
export interface ProcessLevel {
  readonly level: Level;
  readonly inherit: boolean;
}

/** All that one process is watched for. */
export interface LevelSet {
  readonly levels: readonly ProcessLevel[];
  /** Every multiple of this is told, too; 0 for none. */
  readonly step: number;
  readonly inheritStep: boolean;
  /** What the process and its children are called. */
  readonly tag: string;
}

/**
 * The level sets in the kernel. Processes with the same levels share one set, which is never changed:
 * other levels are another set. So ten thousand processes of one service cost one.
 */
export class LevelSets {
  readonly #map: ElementMap;
  readonly #numbers = new Map<string, number>();
  readonly #sets: LevelSet[] = [];

  constructor(map: ElementMap) {
    this.#map = map;
  }

  /**
   * The number of a set, which is made if there is none like it yet.
   *
   * @throws LevelError, RlimitEventsError full or exhausted
   */
  numberOf(set: LevelSet): number {
    const checked = check(set);
    const key = JSON.stringify(checked);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    // The number is needed before the set is written: a set that children inherit unchanged holds its own number.
    const number = this.#sets.push(checked);
    this.#numbers.set(key, number);
    try {
      this.#map.set(
        encodeU32(number),
        encodeLevelSet({
          levels: checked.levels.map(({ level }) => level),
          step: checked.step,
          inherited: this.#inherited(checked),
        }),
      );
    } catch (error) {
      this.#numbers.delete(key);
      if (this.#sets.length === number) this.#sets.pop();
      if (isExhausted(error)) throw error;
      throw new RlimitEventsError(
        'full',
        'the kernel cannot take more different sets of levels: use another descriptor',
        { cause: error },
      );
    }
    return number;
  }

  /** The set of a number that this gave, or undefined for 0. */
  get(number: number): LevelSet | undefined {
    return this.#sets[number - 1];
  }

  /** What tells every change, of which each is a multiple of this: for those whose levels are not put together yet. */
  addProvisional(step: number): void {
    this.#map.set(encodeU32(PROVISIONAL_SET), encodeLevelSet({ levels: [], step, inherited: 0 }));
  }

  #inherited(set: LevelSet): number {
    const levels = set.levels.filter(({ inherit }) => inherit);
    const step = set.inheritStep ? set.step : 0;
    const isWatched = levels.length > 0 || step > 0;
    return isWatched ? this.numberOf({ ...set, levels, step }) : 0;
  }
}

/** Sorted, since the kernel tells the levels of one change in this order, and each once. */
function check({ levels, step, ...rest }: LevelSet): LevelSet {
  if (levels.length > MAX_LEVELS)
    throw new LevelError(`${levels.length} levels are more than the ${MAX_LEVELS} that a process can have`);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new LevelError(`a step must be a whole number, of at least 1 or 0 for none, not ${step}`);
  for (const { level } of levels) checkLevel(level);
  return { levels: levels.toSorted((a, b) => compareLevels(a.level, b.level)), step, ...rest };
}
