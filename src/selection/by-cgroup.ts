import { absolutePath } from '../schema/index.js';
import { warnOfNamespace } from './cgroup-namespace.js';
import type { SeenProcess, Sighting } from './processes.js';
import { NOTHING_TO_KEEP, type SelectorKind } from './selector.js';

/** The processes of a cgroup. */
export interface CgroupSelector {
  readonly kind: 'cgroup';
  /** From the root of the cgroup2 hierarchy: `/system.slice/broker.service`. */
  readonly path: string;
}

export const cgroup: SelectorKind<CgroupSelector> = {
  kind: 'cgroup',
  schema: () =>
    absolutePath('a cgroup', 'cgroup: /system.slice/broker.service')
      .superRefine((path, context) => {
        if (`${normal(path)}/`.startsWith('/sys/fs/cgroup/'))
          context.addIssue(
            'begins at the mount; write it from the root of the hierarchy, such as /system.slice',
          );
        else if (path.split('/').some((name) => name === '.' || name === '..'))
          context.addIssue('has . or .. in it; write the path without');
      })
      .transform((path) => ({ kind: 'cgroup', path: normal(path) })),
  text: { about: 'those of a cgroup (v2) and the ones below it', example: '/system.slice/x' },
  matches: ['cgroup'],
  start(group, selector, log) {
    warnOfNamespace(selector.path, log);
    group.match(selector);
    return NOTHING_TO_KEEP;
  },
  find: ({ path }, processes) => findInCgroup(path, processes),
};

/** Each slash once, and none at the end. */
const normal = (path: string): string => `/${path.split('/').filter(Boolean).join('/')}`;

/** Those in it and in the ones below. */
export function findInCgroup(path: string, processes: readonly SeenProcess[]): Sighting {
  const below = path.endsWith('/') ? path : `${path}/`;
  const pids = processes.filter(({ cgroup }) => `${cgroup ?? ''}/`.startsWith(below)).map(({ pid }) => pid);
  const isUnknown = processes.every(({ cgroup }) => cgroup === undefined);
  return { pids, ...(isUnknown && { note: 'there is no cgroup v2 here' }) };
}
