import type { BpfMap } from '../ffi/index.js';
import { RlimitEventsError } from './errors.js';
import { encodeLevelSet, encodeU32 } from './layout.js';
import { checkLevel, formatLevel, LevelError, MAX_LEVELS, type Level } from './levels.js';

/**
 * The level sets in the kernel. Processes with the same levels share one set, which is never changed:
 * other levels are another set. So ten thousand processes of one service cost one.
 */
export class LevelSets {
  readonly #map: BpfMap;
  readonly #numbers = new Map<string, number>();
  readonly #sets = new Map<number, { readonly levels: readonly Level[]; readonly tag: string }>();

  constructor(map: BpfMap) {
    this.#map = map;
  }

  /**
   * The number of the set with these levels, made if there is none yet.
   *
   * @param inherit whether a child process gets the same set
   * @param tag what the processes with it are called
   * @throws LevelError, RlimitEventsError full
   */
  numberOf(levels: readonly Level[], inherit: boolean, tag: string): number {
    if (levels.length > MAX_LEVELS)
      throw new LevelError(`${levels.length} levels are more than the ${MAX_LEVELS} that a process can have`);
    const sorted = [...levels].map(checkLevel).sort(byKindAndValue);
    const key = JSON.stringify([tag, inherit, ...sorted.map(formatLevel)]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#write(number, encodeLevelSet(sorted, inherit ? number : 0));
    this.#numbers.set(key, number);
    this.#sets.set(number, { levels: sorted, tag });
    return number;
  }

  /** The level at a place of a set, as an event names it. */
  level(set: number, index: number): Level {
    const level = this.#sets.get(set)?.levels[index];
    if (!level) throw new Error(`the kernel told of level ${index} of set ${set}, which is not there`);
    return level;
  }

  tag(set: number): string {
    return this.#sets.get(set)?.tag ?? '';
  }

  #write(number: number, bytes: Uint8Array): void {
    try {
      this.#map.set(encodeU32(number), bytes);
    } catch (error) {
      throw new RlimitEventsError(
        'full',
        'the kernel cannot take more different sets of levels: use another descriptor',
        { cause: error },
      );
    }
  }
}

/** The kernel tells the levels of one change in this order. */
function byKindAndValue(a: Level, b: Level): number {
  if (a.kind === 'value' && b.kind === 'value') return a.value - b.value;
  if (a.kind === 'share' && b.kind === 'share')
    return a.percent - b.percent || Number(a.above) - Number(b.above);
  return a.kind === 'value' ? -1 : 1;
}
