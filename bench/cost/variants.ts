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

/** What is brought about at once: one descriptor with all its states, an empty program, or the audited process. */
export type Stage =
  | { readonly kind: 'ours'; readonly mode: AttachMode }
  | { readonly kind: 'floor'; readonly floor: Floor }
  | { readonly kind: 'audit' };

/** What is measured on a stage, one after the other. */
export function variantsOn(stage: Stage): string[] {
  switch (stage.kind) {
    case 'ours':
      return STATES.map((state) => `${stage.mode} ${state}`);
    case 'floor':
      return [`floor ${stage.floor}`];
    case 'audit':
      return ['audit'];
  }
}

/** The stages of some modes, each with its floor. */
export function stagesOf(modes: readonly AttachMode[]): Stage[] {
  return modes.flatMap((mode): Stage[] => [
    { kind: 'ours', mode },
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

/** A stage that stands. */
export interface Standing {
  /** Goes to the variant of this number. */
  readonly enter: (variant: number) => void;
  readonly end: () => void;
}

/** Brings a stage about for a process. */
export function begin(stage: Stage, pid: number, otherPid: number): Standing {
  const nothing = () => undefined;
  if (stage.kind === 'audit') return { enter: nothing, end: nothing };
  if (stage.kind === 'floor') return { enter: nothing, end: attachFloor(stage.floor) };
  const descriptor = new RlimitEvents(nothing, { attach: stage.mode });
  return {
    enter: (variant) => {
      const state = STATES[variant] ?? 'unwatched';
      if (state === 'unwatched') watch(descriptor, otherPid, LEVEL_ABOVE.watched);
      else watch(descriptor, pid, LEVEL_ABOVE[state]);
    },
    end: () => {
      descriptor.close();
    },
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
