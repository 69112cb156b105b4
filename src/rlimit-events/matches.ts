import { type BpfMap, type BpfObject, SystemError } from '../ffi/index.js';
import { programsToMatch } from './attach.js';
import type { AttachMode } from './attach-mode.js';
import { cgroupId } from './cgroup-folder.js';
import { RlimitEventsError } from './errors.js';
import {
  CGROUP_PATH_LENGTH,
  COMM_LENGTH,
  encodeExe,
  encodeMatching,
  encodeText,
  encodeU32,
  encodeU64,
  MATCH_KINDS,
} from './layout/index.js';

/** What a process has to be, to be in a group. */
export type Match =
  | {
      readonly kind: 'exe';
      /** As the kernel has them (Group.identify()): stat(2) tells another device on some file systems. */
      readonly device: number;
      readonly inode: bigint;
    }
  | {
      readonly kind: 'command';
      /** As in /proc/PID/comm of the process, not of a thread: at most 15 bytes. */
      readonly name: string;
    }
  | {
      readonly kind: 'user';
      /** The effective user of the process, as ps(1) tells it, by its number in the first user namespace. */
      readonly uid: number;
    }
  | {
      readonly kind: 'cgroup';
      /**
       * Of the v2 hierarchy, from its root, as in /proc/PID/cgroup: /system.slice/x.service. The cgroups
       * within it match as well, and so does one that is made later or anew. From within a cgroup
       * namespace the path is another than the kernel's, and then only the cgroup that is there matches.
       */
      readonly path: string;
    };

type OfKind<K extends Match['kind']> = Extract<Match, { kind: K }>;

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
  readonly #mode: AttachMode;
  readonly #kinds: readonly Match['kind'][];
  readonly #maps: Record<'exes' | 'commands' | 'users' | 'cgroups' | 'cgroup_paths', BpfMap>;
  readonly #matching: BpfMap;
  readonly #entries = new Map<string, Entry>();
  readonly #attached = new Map<Match['kind'], (() => void)[]>();
  #inheriting = 0n;

  /** @param kinds those that the object was loaded for */
  constructor(object: BpfObject, mode: AttachMode, kinds: readonly Match['kind'][]) {
    this.#object = object;
    this.#mode = mode;
    this.#kinds = kinds;
    this.#maps = {
      exes: object.map('exes'),
      commands: object.map('commands'),
      users: object.map('users'),
      cgroups: object.map('cgroups'),
      cgroup_paths: object.map('cgroup_paths'),
    };
    this.#matching = object.map('.data.matching');
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
   * From now on whoever executes, is born or changes is matched by this as well. Who is there already is
   * not yet.
   *
   * @throws RlimitEventsError bad-match, full or unsupported
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
    entry.groups &= ~group;
    if (entry.groups === 0n) this.#entries.delete(key);
    this.#write(entry.match, entry.groups);
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
    if (!this.#kinds.includes(kind))
      throw new RlimitEventsError('unsupported', `the descriptor was opened without matches by ${kind}`);
    this.#attached.set(
      kind,
      programsToMatch(kind, this.#mode).map((program) => this.#object.attach(program)),
    );
  }

  #isUsed(kind: Match['kind']): boolean {
    return [...this.#entries.values()].some(({ match }) => match.kind === kind);
  }

  #tellKinds(): void {
    const kinds = [...this.#entries.values()].reduce((bits, { match }) => bits | MATCH_KINDS[match.kind], 0);
    this.#matching.set(encodeU32(0), encodeMatching({ inheriting: this.#inheriting, kinds }));
  }

  #write(match: Match, groups: bigint): void {
    switch (match.kind) {
      case 'exe':
        put(this.#maps.exes, encodeExe(match), groups);
        return;
      case 'command':
        put(this.#maps.commands, commandKey(match), groups);
        return;
      case 'user':
        put(this.#maps.users, encodeU32(match.uid), groups);
        return;
      case 'cgroup': {
        // The path first: a cgroup that is made after this was looked for is met by its path.
        put(this.#maps.cgroup_paths, pathKey(match), groups);
        const id = cgroupId(match.path);
        if (id !== undefined) put(this.#maps.cgroups, encodeU64(id), groups);
        return;
      }
    }
  }
}

function put(map: BpfMap, key: Uint8Array, groups: bigint): void {
  if (groups === 0n) {
    map.delete(key);
    return;
  }
  try {
    map.set(key, encodeU64(groups));
  } catch (error) {
    if (error instanceof SystemError && error.code === 'E2BIG')
      throw new RlimitEventsError('full', 'the kernel cannot take more matches: use another descriptor', {
        cause: error,
      });
    throw error;
  }
}

function check(match: Match): Match {
  switch (match.kind) {
    case 'exe':
      return match;
    case 'command':
      commandKey(match);
      return match;
    case 'user':
      if (!Number.isInteger(match.uid) || match.uid < 0 || match.uid > 0xffff_ffff)
        throw new RlimitEventsError('bad-match', `a user is matched by a number, not by ${match.uid}`);
      return match;
    case 'cgroup': {
      const names = match.path.split('/').filter((name) => name !== '');
      if (!match.path.startsWith('/') || names.includes('..') || names.includes('.'))
        throw new RlimitEventsError(
          'bad-match',
          `a cgroup is matched by its path from the root of the hierarchy, not by "${match.path}"`,
        );
      const normal = { ...match, path: `/${names.join('/')}` };
      pathKey(normal);
      return normal;
    }
  }
}

function commandKey({ name }: OfKind<'command'>): Uint8Array {
  const key = encodeText(name, COMM_LENGTH);
  if (!key || name === '')
    throw new RlimitEventsError(
      'bad-match',
      `a command is matched by 1 to ${COMM_LENGTH - 1} bytes of its name, not by "${name}"`,
    );
  return key;
}

function pathKey({ path }: OfKind<'cgroup'>): Uint8Array {
  const key = encodeText(path, CGROUP_PATH_LENGTH);
  if (!key)
    throw new RlimitEventsError(
      'bad-match',
      `the path of a cgroup has at most ${CGROUP_PATH_LENGTH - 1} bytes: "${path}"`,
    );
  return key;
}

function keyOf(match: Match): string {
  switch (match.kind) {
    case 'exe':
      return `exe ${match.device} ${match.inode.toString()}`;
    case 'command':
      return `command ${match.name}`;
    case 'user':
      return `user ${match.uid}`;
    case 'cgroup':
      return `cgroup ${match.path}`;
  }
}
