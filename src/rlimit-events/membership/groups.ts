import type { BpfObject } from '../../ffi/index.js';
import { Combinations } from './combinations.js';
import { RlimitEventsError } from '../errors.js';
import type { Elements } from '../elements.js';
import type { Watched } from '../events.js';
import type { Group, GroupOptions } from './group.js';
import { type Answer, PROVISIONAL_SET, type RawEvent } from '../layout/index.js';
import type { LevelSet, LevelSets } from '../level-sets.js';
import { Matches } from './matches.js';
import type { Plan } from '../loading/plan.js';
import { Provisional } from './provisional.js';
import type { Requests } from '../requests.js';
import { checkWatching, type Watching } from './union.js';

/** If more processes than this are to be matched at once, visiting all processes once is cheaper. */
const MOST_ONE_BY_ONE = 8;

interface Kernel {
  readonly plan: Pick<Plan, 'onMatch'>;
  readonly object: BpfObject;
  readonly elements: Elements;
  readonly sets: LevelSets;
  readonly requests: Requests;
  readonly grain: number;
  /** Of a mask of groups. */
  readonly words: number;
  /** How many groups there can be. */
  readonly most: number;
}

interface Definition extends Watching {
  readonly name: string;
  readonly bit: bigint;
}

/** The groups of a descriptor: a bit for each, of the masks in the kernel. */
export class Groups {
  readonly #kernel: Kernel;
  readonly #toWatched: (answer: Answer) => Watched;
  readonly #matches: Matches;
  readonly #combinations: Combinations;
  readonly #provisional: Provisional;
  readonly #unsettled = new Set<number>();
  readonly #definitions = new Map<string, Definition>();
  #names = new Map<bigint, readonly string[]>();
  #lastSlot: number;

  constructor(kernel: Kernel, toWatched: (answer: Answer) => Watched) {
    this.#kernel = kernel;
    this.#lastSlot = kernel.most - 1;
    this.#provisional = new Provisional(kernel.grain);
    this.#toWatched = toWatched;
    this.#matches = new Matches(kernel.object, kernel.elements, kernel.plan.onMatch, kernel.words);
    this.#combinations = new Combinations(
      kernel.elements.map('combinations'),
      kernel.sets,
      kernel.words,
      (groups) => this.#of(groups),
    );
  }

  /** @throws RlimitEventsError full; LevelError */
  add(name: string, { levels, step = 0, inherit = true }: GroupOptions): Group {
    if (this.#definitions.has(name))
      throw new RlimitEventsError('full', `there is a group "${name}" already`);
    checkWatching({ levels, step });
    const bit = this.#freeBit();
    this.#definitions.set(name, { name, bit, levels, step });
    this.#names.clear();
    this.#combinations.learn(bit);
    if (inherit) this.#matches.inheriting |= bit;
    return this.#group(name, bit);
  }

  /** The names of the groups of a mask, sorted. */
  namesOf(groups: bigint): readonly string[] {
    let names = this.#names.get(groups);
    if (!names) {
      names = this.#of(groups)
        .map(({ name }) => name)
        .toSorted();
      this.#names.set(groups, names);
    }
    return names;
  }

  /** What a process in these groups is watched for. */
  levelsOf(groups: bigint): LevelSet {
    return this.#combinations.learn(groups).set;
  }

  /** What a record would have been with the levels of the process's groups, and the set of these levels. */
  translate(raw: RawEvent): { readonly raw: RawEvent; readonly set: LevelSet | undefined }[] {
    if (raw.set !== PROVISIONAL_SET) {
      if (raw.pid !== 0) this.#provisional.leave(raw.pid);
      return [{ raw, set: this.#kernel.sets.get(raw.set) }];
    }
    const { set, isInKernel } = this.#combinations.learn(raw.groups);
    if (isInKernel) this.#unsettled.add(raw.pid);
    return this.#provisional.translate(raw, set).map((each) => ({ raw: each, set }));
  }

  /** Gives processes that have the provisional set the levels of their groups, as far as these are known by now. */
  settle(): void {
    const pids = [...this.#unsettled];
    this.#unsettled.clear();
    if (pids.length > MOST_ONE_BY_ONE) this.matchAgain();
    else for (const pid of pids) this.#kernel.requests.settle(pid);
  }

  /** Matches all processes again, since one could not be matched at the moment it changed. */
  matchAgain(): void {
    this.#kernel.requests.matchAll(0n);
  }

  /** After a loss: gives their levels to processes whose entry into a group was among the lost events. */
  recover(answers: readonly Answer[]): void {
    this.#provisional.forget();
    for (const { pid, set, groups } of answers)
      if (set === PROVISIONAL_SET && this.#combinations.learn(groups).isInKernel) this.#unsettled.add(pid);
    this.settle();
  }

  #of(groups: bigint): Definition[] {
    return [...this.#definitions.values()].filter(({ bit }) => (groups & bit) !== 0n);
  }

  /** The bit that has been free the longest, so that late records of a removed group are not taken for another's. */
  #freeBit(): bigint {
    const used = [...this.#definitions.values()].reduce((bits, { bit }) => bits | bit, 0n);
    const { most } = this.#kernel;
    for (let next = 1; next <= most; next++) {
      const slot = (this.#lastSlot + next) % most;
      const bit = 1n << BigInt(slot);
      if ((used & bit) !== 0n) continue;
      this.#lastSlot = slot;
      return bit;
    }
    throw new RlimitEventsError(
      'full',
      `there are ${most} groups already: open a descriptor for more, or another one`,
    );
  }

  #group(name: string, bit: bigint): Group {
    const { requests } = this.#kernel;
    return {
      name,
      match: (match) => {
        this.#matches.add(match, bit);
        return requests.matchAll(bit).map(this.#toWatched);
      },
      unmatch: (match) => {
        this.#matches.remove(match, bit);
        requests.matchAll(0n);
      },
      add: (pid) => {
        const answer = requests.put(pid, bit);
        if ((this.#matches.inheriting & bit) !== 0n) requests.matchAll(bit);
        return this.#toWatched(answer);
      },
      drop: (pid) => {
        requests.take(pid, bit);
      },
      identify: (fd) => requests.identify(fd),
      running: (executable) => requests.running(executable),
      remove: () => {
        if (this.#definitions.get(name)?.bit !== bit) return;
        this.#matches.removeAll(bit);
        this.#matches.inheriting &= ~bit;
        requests.matchAll(0n, bit);
        this.#combinations.forget(bit);
        this.#definitions.delete(name);
        this.#names.clear();
      },
    };
  }
}
