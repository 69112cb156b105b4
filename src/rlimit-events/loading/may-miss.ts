import { release } from 'node:os';
import type { HookKind } from './hook.js';
import type { Plan } from './plan.js';
import { isSince } from './kernel-release.js';

const PLACES: Partial<Record<HookKind, string>> = {
  trampoline: 'at functions (fentry)',
  'system-call': 'at the end of system calls',
  tracepoint: 'at tracepoints',
  locked: 'at tracepoints that are locked',
};

/**
 * Why something may be missed where programs can be preempted, for an administrator; undefined: nothing is.
 *
 * @param kernel its release; given by tests
 * @param ordersChanges whether its programs have atomic operations that are barriers (bpf/kernel/atomics.bpf.h); given by tests
 */
export function mayMiss(
  { preempted, unguarded, keptOutUnnoticed }: Pick<Plan, 'preempted' | 'unguarded' | 'keptOutUnnoticed'>,
  kernel = release(),
  ordersChanges = process.arch === 'x64' || isSince(5, 17),
): string | undefined {
  const places = preempted.map((kind) => PLACES[kind]).filter((place) => place !== undefined);
  if (places.length > 0)
    return `this kernel (${kernel}) may interrupt programs ${places.join(' and ')}: a crossing that is undone within a time slice can be missed${unguarded.length > 0 ? ', and is then told as lost' : ' unnoticed'}`;
  if (keptOutUnnoticed !== undefined)
    return `this kernel (${kernel}) may leave programs out while others write to BPF maps, and cannot tell when (${keptOutUnnoticed})`;
  if (!ordersChanges)
    return `this kernel (${kernel}) has no barriers for programs on ${process.arch}: of two changes at the same instant on two processors one can be seen late`;
  return undefined;
}
