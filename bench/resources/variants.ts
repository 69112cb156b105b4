import {
  type AttachMode,
  type Level,
  type Resource,
  RlimitEvents,
  type RlimitEventsError,
} from '../../src/rlimit-events/index.js';
import { attachEmpty } from '../lib/empty-programs.js';

/** Of load/resources.c. */
export const OPERATIONS = [
  'getppid',
  'open',
  'map',
  'brk',
  'faults',
  'switch',
  'fork',
  'spawn',
  'signal',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * What can be the matter with the process that is measured.
 *
 * - `floor`: empty programs stand where ours would
 * - `unwatched`: another process is watched
 * - `watched`: itself, far from its level; `near`: as near as none of the operations crosses it
 */
export const STATES = ['floor', 'unwatched', 'watched', 'near'] as const;
export type State = (typeof STATES)[number];

const MIB = 2 ** 20;
const FAR = 2 ** 30;
/** In the unit of the resource: above what the process has at rest and ever comes to by what is measured. */
const NEAR: Record<Resource, number | undefined> = {
  nofile: 3,
  as: 8 * MIB + 65_536,
  data: 8 * MIB + 65_536,
  stack: 65_536,
  memlock: 65_536,
  rss: 4 * MIB,
  nproc: 4,
  sigpending: 2,
  msgqueue: 65_536,
  // Of time there is ever more.
  cpu: undefined,
  rttime: undefined,
};

/**
 * Which operations come past a program of a resource in some mode, and getppid, which should come past none. The others
 * are left out: they come past nothing but what starts and ends processes, as with any resource.
 */
export const REACHED: Record<Resource, readonly Operation[]> = {
  nofile: ['getppid', 'open', 'fork', 'spawn'],
  as: ['getppid', 'open', 'map', 'brk', 'fork', 'spawn'],
  data: ['getppid', 'open', 'map', 'brk', 'fork', 'spawn'],
  stack: ['getppid', 'open', 'map', 'brk', 'fork', 'spawn'],
  memlock: ['getppid', 'open', 'map', 'brk', 'fork', 'spawn'],
  rss: ['getppid', 'map', 'brk', 'faults', 'fork', 'spawn'],
  nproc: ['getppid', 'open', 'switch', 'fork', 'spawn'],
  sigpending: ['getppid', 'open', 'switch', 'fork', 'spawn', 'signal'],
  msgqueue: ['getppid', 'open', 'switch', 'fork', 'spawn'],
  cpu: ['getppid', 'switch', 'fork', 'spawn'],
  rttime: ['getppid', 'switch', 'fork', 'spawn'],
};

export const RESOURCES = Object.keys(NEAR) as Resource[];

export function statesOf(resource: Resource): State[] {
  return STATES.filter((state) => state !== 'near' || NEAR[resource] !== undefined);
}

/** Brings a state about, and gives what ends it. */
export function begin(
  {
    resource,
    mode,
    state,
  }: { readonly resource: Resource; readonly mode: AttachMode; readonly state: State },
  descriptor: RlimitEvents,
  pid: number,
  otherPid: number,
): () => void {
  if (state === 'floor') return attachEmpty(resource, mode);
  const watched = state === 'unwatched' ? otherPid : pid;
  const above = state === 'near' ? (NEAR[resource] ?? FAR) : FAR;
  const never: Level = { kind: 'value', value: 2 ** 50 };
  const { value } = descriptor.watch(watched, { resource, levels: [never] });
  descriptor.watch(watched, { resource, levels: [{ kind: 'value', value: value + above }] });
  return () => {
    descriptor.unwatch(watched, resource);
  };
}

/** undefined: this kernel cannot. */
export function openFor(resource: Resource, mode: AttachMode): RlimitEvents | string {
  try {
    return new RlimitEvents(() => undefined, { attach: mode, resources: [resource], matches: [] });
  } catch (error) {
    return (error as RlimitEventsError).message;
  }
}
