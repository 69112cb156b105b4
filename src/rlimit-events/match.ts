import { RlimitEventsError } from './errors.js';
import { CGROUP_PATH_LENGTH, COMM_LENGTH, encodeText } from './layout/index.js';

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
    }
  | {
      /**
       * Every process that this one's pid namespace has but this one itself. Its group has nobody by inheritance: whom it
       * would have so matches anyway.
       */
      readonly kind: 'all';
    };

export type OfKind<K extends Match['kind']> = Extract<Match, { kind: K }>;

export const MATCH_KINDS: readonly Match['kind'][] = ['exe', 'command', 'user', 'cgroup', 'all'];

/** @returns the match in its one spelling @throws RlimitEventsError bad-match */
export function check(match: Match): Match {
  switch (match.kind) {
    case 'exe':
    case 'all':
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

export function commandKey({ name }: OfKind<'command'>): Uint8Array {
  const key = encodeText(name, COMM_LENGTH);
  if (!key || name === '')
    throw new RlimitEventsError(
      'bad-match',
      `a command is matched by 1 to ${COMM_LENGTH - 1} bytes of its name, not by "${name}"`,
    );
  return key;
}

export function pathKey({ path }: OfKind<'cgroup'>): Uint8Array {
  const key = encodeText(path, CGROUP_PATH_LENGTH);
  if (!key)
    throw new RlimitEventsError(
      'bad-match',
      `the path of a cgroup has at most ${CGROUP_PATH_LENGTH - 1} bytes: "${path}"`,
    );
  return key;
}

export function keyOf(match: Match): string {
  switch (match.kind) {
    case 'exe':
      return `exe ${match.device} ${match.inode.toString()}`;
    case 'command':
      return `command ${match.name}`;
    case 'user':
      return `user ${match.uid}`;
    case 'cgroup':
      return `cgroup ${match.path}`;
    case 'all':
      return 'all';
  }
}
