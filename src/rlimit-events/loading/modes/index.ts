/** The attach modes: each is a file, a line here, and a header in bpf/hooks/. */
import { fentry } from './fentry.js';
import { kprobe } from './kprobe.js';
import type { Mode } from './mode.js';
import { tracepoint } from './tracepoint.js';

export type { MemoryCount, Mode, Where } from './mode.js';

/** From the cheapest for the whole system on. */
export const MODES = { fentry, kprobe, tracepoint } as const satisfies Record<string, Mode>;

export type AttachMode = keyof typeof MODES;

/** From the cheapest for the whole system on. */
export const ATTACH_MODES = Object.keys(MODES) as readonly AttachMode[];

/**
 * Where none is exact, the one that misses least first: what others keep out now and then misses less than what is
 * preempted, and a trampoline is preempted on most kernels.
 */
export const LEAST_MISSED: readonly AttachMode[] = ['kprobe', 'tracepoint', 'fentry'];
