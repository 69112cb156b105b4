import type { ElementMap } from '../elements.js';
import { isExhausted, RlimitEventsError } from '../errors.js';
import { encodeMask, encodeU32 } from '../layout/index.js';
import type { LevelSet, LevelSets } from '../level-sets.js';
import { MAX_LEVELS } from '../levels.js';
import { union, type Watching } from './union.js';

/** The levels of each combination of groups that a process was met in. */
export class Combinations {
  readonly #map: ElementMap;
  readonly #sets: LevelSets;
  readonly #words: number;
  readonly #watchingOf: (groups: bigint) => Watching[];
  readonly #unions = new Map<bigint, { readonly set: LevelSet; readonly isInKernel: boolean }>();

  /** @param words of a mask of groups, @param watchingOf what each of the groups of a mask is watched for */
  constructor(map: ElementMap, sets: LevelSets, words: number, watchingOf: (groups: bigint) => Watching[]) {
    this.#map = map;
    this.#sets = sets;
    this.#words = words;
    this.#watchingOf = watchingOf;
  }

  /**
   * What a process in these groups is watched for; the kernel knows it from now on. If these are more levels than the
   * kernel takes, the process keeps the provisional set, which costs an event for every change; and so it does while the
   * kernel cannot be told for want of descriptors or memory, which is tried again the next time.
   */
  learn(groups: bigint): { readonly set: LevelSet; readonly isInKernel: boolean } {
    const known = this.#unions.get(groups);
    if (known) return known;
    const set = union(this.#watchingOf(groups));
    try {
      const learnt = { set, isInKernel: set.levels.length <= MAX_LEVELS && this.#tell(groups, set) };
      this.#unions.set(groups, learnt);
      return learnt;
    } catch (error) {
      if (!isExhausted(error)) throw error;
      return { set, isInKernel: false };
    }
  }

  /** Forgets every combination with a group. */
  forget(group: bigint): void {
    for (const groups of [...this.#unions.keys()]) {
      if ((groups & group) === 0n) continue;
      this.#map.delete(encodeMask(this.#words, groups));
      this.#unions.delete(groups);
    }
  }

  #tell(groups: bigint, set: LevelSet): boolean {
    try {
      // A group without levels is still one whose members come and go.
      this.#map.set(encodeMask(this.#words, groups), encodeU32(this.#sets.numberOf(set)));
      return true;
    } catch (error) {
      // Its table is full, and then the provisional set does it.
      if (error instanceof RlimitEventsError && error.code === 'full') return false;
      throw error;
    }
  }
}
