import {
  ATTACH_MODES,
  RlimitEvents,
  type AttachMode,
  type OpenOptions,
} from '../../src/rlimit-events/index.js';
import { attachFloor, type Floor } from '../lib/floor.js';

export const OPERATIONS = ['open-hot', 'open-cold', 'dup', 'socket', 'getppid'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * What can be the matter with the process that is measured.
 *
 * - `unwatched`: the descriptor is open, and watches another process
 * - `watched`: far from its level; `near`: two descriptors below it, so that nearly each operation is looked at
 * - `crossing`: each operation crosses a level up and down, and both are told
 */
export const STATES = ['unwatched', 'watched', 'near', 'crossing'] as const;
export type State = (typeof STATES)[number];

export type Variant =
  | { readonly kind: 'ours'; readonly mode: AttachMode; readonly state: State }
  | { readonly kind: 'floor'; readonly floor: Floor }
  | { readonly kind: 'audit' };

export function nameOf(variant: Variant): string {
  switch (variant.kind) {
    case 'ours':
      return `${variant.mode} ${variant.state}`;
    case 'floor':
      return `floor ${variant.floor}`;
    case 'audit':
      return 'audit';
  }
}

/** The variants of some modes, each with its floor. */
export function variantsOf(modes: readonly AttachMode[]): Variant[] {
  return modes.flatMap((mode): Variant[] => [
    ...STATES.map((state) => ({ kind: 'ours' as const, mode, state })),
    { kind: 'floor', floor: mode },
    ...(mode === 'fentry' ? [{ kind: 'floor' as const, floor: 'install' as const }] : []),
  ]);
}

/** Where the level of a state is, seen from what the process has at rest. */
const LEVEL_ABOVE: Record<Exclude<State, 'unwatched'>, number> = {
  watched: 800,
  near: 2,
  crossing: 1,
};

/** Brings a variant about for the process, and gives what ends it. */
export function begin(variant: Variant, pid: number, otherPid: number): () => void {
  if (variant.kind === 'audit') return () => undefined;
  if (variant.kind === 'floor') return attachFloor(variant.floor);
  const { mode, state } = variant;
  const descriptor = new RlimitEvents(() => undefined, { attach: mode });
  if (state === 'unwatched') watch(descriptor, otherPid, 800);
  else watch(descriptor, pid, LEVEL_ABOVE[state]);
  return () => {
    descriptor.close();
  };
}

function watch(descriptor: RlimitEvents, pid: number, above: number): void {
  // A level that nothing reaches: the first watch only tells the value.
  const { value } = descriptor.watch(pid, {
    resource: 'nofile',
    levels: [{ kind: 'value', value: 1_000_000 }],
  });
  descriptor.watch(pid, { resource: 'nofile', levels: [{ kind: 'value', value: value + above }] });
}

/** The modes that this kernel lets be opened, and why not the others. */
export function modesHere(options: OpenOptions = {}): {
  readonly works: readonly AttachMode[];
  readonly refused: ReadonlyMap<AttachMode, string>;
} {
  const works: AttachMode[] = [];
  const refused = new Map<AttachMode, string>();
  for (const mode of ATTACH_MODES) {
    try {
      new RlimitEvents(() => undefined, { ...options, attach: mode }).close();
      works.push(mode);
    } catch (error) {
      refused.set(mode, error instanceof Error ? error.message : String(error));
    }
  }
  return { works, refused };
}
