import type { GuestKernel } from '../lib/guest.js';

/** What the figures of a place are held to. */
export type Held =
  /** Nothing: a time says something about this machine only. */
  | { readonly to: 'nothing' }
  /** Shares of the bare operation, and of what audit costs. */
  | { readonly to: 'shares' }
  /** Times what an empty program on the same hooks costs, in the modes that are exact there. */
  | {
      readonly to: 'floors';
      readonly times: number;
      readonly modes: readonly string[];
      readonly who: readonly string[];
    }
  /** Times what mode `tracepoint` costs on the same kernel, which knows its types. */
  | { readonly to: 'with-btf'; readonly times: number; readonly title: string };

/** Where it is measured. */
export interface Place {
  /** Of its rows. */
  readonly title: string;
  readonly held: Held;
}

export interface GuestPlace extends Place {
  readonly kernel: GuestKernel;
}

export const HERE: Place = { title: 'this machine', held: { to: 'nothing' } };

const amd64 = (name: string, held: Held, title = name): GuestPlace => ({
  title,
  kernel: { architecture: 'amd64', name },
  held,
});

const arm64 = (name: string, held: Held, title = `${name} on arm64`): GuestPlace => ({
  title,
  kernel: { architecture: 'arm64', name },
  held,
});

/** It preempts programs: what is exact there costs more, and is held to its floor. */
const preempting: Held = { to: 'floors', times: 1.25, modes: ['kprobe', 'tracepoint'], who: ['unwatched'] };
const onArm64 = (...modes: string[]): Held => ({
  to: 'floors',
  times: 1.3,
  modes,
  who: ['unwatched', 'watched'],
});
const withoutBtf = (title: string): Held => ({ to: 'with-btf', times: 1.5, title });

/** In order: what is compared with another place comes after it. */
export const GUESTS: readonly GuestPlace[] = [
  amd64('6.1', { to: 'shares' }),
  amd64('6.1-nobtf', withoutBtf('6.1'), '6.1 without BTF'),
  amd64('6.12', { to: 'shares' }),
  amd64('7.3', preempting),
  arm64('6.1', onArm64('kprobe', 'tracepoint')),
  arm64('6.1-nobtf', withoutBtf('6.1 on arm64'), '6.1 on arm64 without BTF'),
  arm64('6.12', onArm64('fentry')),
];
