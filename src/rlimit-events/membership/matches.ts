import { type BpfObject, type MappedMemory, SystemError } from '../../ffi/index.js';
import { cgroupId } from './cgroup-folder.js';
import type { ElementMap, Elements } from '../elements.js';
import { orExhausted, RlimitEventsError } from '../errors.js';
import { encodeExe, encodeMask, encodeMatching, encodeU32, encodeU64, MATCH_BITS } from '../layout/index.js';
import { check, commandKey, keyOf, type Match, pathKey } from '../match.js';

/** The programs that have to be attached while any group matches by a kind; of the kinds that were loaded only. */
export type ProgramsToMatch = ReadonlyMap<Match['kind'], readonly string[]>;

interface Entry {
  readonly match: Match;
  groups: bigint;
}

/**
 * Which groups each match is for, in the kernel's maps, and the programs that see what brings a process
 * to match. What nobody matches by is not attached.
 */
export class Matches {
  readonly #object: BpfObject;
  readonly #programs: ProgramsToMatch;
  readonly #words: number;
  readonly #maps: Record<'exes' | 'commands' | 'users' | 'cgroups' | 'cgroup_paths', ElementMap>;
  readonly #matching: MappedMemory;
  readonly #entries = new Map<string, Entry>();
  readonly #attached = new Map<Match['kind'], (() => void)[]>();
  #inheriting = 0n;

  /** @param words of a mask of groups */
  constructor(object: BpfObject, elements: Elements, programs: ProgramsToMatch, words: number) {
    this.#object = object;
    this.#words = words;
    this.#programs = programs;
    this.#maps = {
      exes: elements.map('exes'),
      commands: elements.map('commands'),
      users: elements.map('users'),
      cgroups: elements.map('cgroups'),
      cgroup_paths: elements.map('cgroup_paths'),
    };
    this.#matching = object.memory('.data.matching');
  }

  /** The groups that children inherit. */
  set inheriting(groups: bigint) {
    this.#inheriting = groups;
    this.#tellKinds();
  }

  get inheriting(): bigint {
    return this.#inheriting;
  }

  /**
   * From now on each process that executes a program, is born or changes is matched by this as well. Processes that
   * are there already are not matched yet.
   *
   * @throws RlimitEventsError bad-match, full, unsupported or exhausted
   */
  add(match: Match, group: bigint): void {
    const checked = check(match);
    const key = keyOf(checked);
    const entry = this.#entries.get(key) ?? { match: checked, groups: 0n };
    if (!this.#attached.has(match.kind)) this.#attach(match.kind);
    this.#write(checked, entry.groups | group);
    entry.groups |= group;
    this.#entries.set(key, entry);
    this.#tellKinds();
  }

  remove(match: Match, group: bigint): void {
    const key = keyOf(check(match));
    const entry = this.#entries.get(key);
    if (!entry) return;
    const groups = entry.groups & ~group;
    // First, since it can fail, and is done again then.
    this.#write(entry.match, groups);
    entry.groups = groups;
    if (groups === 0n) this.#entries.delete(key);
    this.#tellKinds();
    for (const [kind, detach] of [...this.#attached]) {
      if (this.#isUsed(kind)) continue;
      this.#attached.delete(kind);
      for (const each of detach) each();
    }
  }

  /** All that a group is matched by. */
  removeAll(group: bigint): void {
    for (const { match } of [...this.#entries.values()]) this.remove(match, group);
  }

  #attach(kind: Match['kind']): void {
    const programs = this.#programs.get(kind);
    if (!programs)
      throw new RlimitEventsError('unsupported', `the descriptor was opened without matches by ${kind}`);
    const detach: (() => void)[] = [];
    try {
      for (const program of programs) detach.push(orExhausted(() => this.#object.attach(program)));
    } catch (error) {
      for (const each of detach) each();
      throw error;
    }
    this.#attached.set(kind, detach);
  }

  #isUsed(kind: Match['kind']): boolean {
    return [...this.#entries.values()].some(({ match }) => match.kind === kind);
  }

  #tellKinds(): void {
    const kinds = [...this.#entries.values()].reduce((bits, { match }) => bits | MATCH_BITS[match.kind], 0);
    const all = this.#entries.get(keyOf({ kind: 'all' }))?.groups ?? 0n;
    // This process is the child of somebody, and is not to be among all by that.
    const inheriting = this.#inheriting & ~all;
    this.#matching.write(encodeMatching(this.#words, { inheriting, all, kinds }));
  }

  #write(match: Match, groups: bigint): void {
    switch (match.kind) {
      case 'exe':
        this.#put(this.#maps.exes, encodeExe(match), groups);
        return;
      case 'command':
        this.#put(this.#maps.commands, commandKey(match), groups);
        return;
      case 'user':
        this.#put(this.#maps.users, encodeU32(match.uid), groups);
        return;
      case 'cgroup': {
        // The path first: a cgroup that is made after this was looked for is met by its path.
        this.#put(this.#maps.cgroup_paths, pathKey(match), groups);
        const id = orExhausted(() => cgroupId(match.path));
        if (id !== undefined) this.#put(this.#maps.cgroups, encodeU64(id), groups);
        return;
      }
      case 'all':
        // There is nothing to look up: it is told with the kinds.
        return;
    }
  }

  #put(map: ElementMap, key: Uint8Array, groups: bigint): void {
    if (groups === 0n) {
      map.delete(key);
      return;
    }
    try {
      map.set(key, encodeMask(this.#words, groups));
    } catch (error) {
      if (error instanceof SystemError && error.code === 'E2BIG')
        throw new RlimitEventsError('full', 'the kernel cannot take more matches: use another descriptor', {
          cause: error,
        });
      throw error;
    }
  }
}
