import { release } from 'node:os';
import type { HookKind } from './hook.js';
import type { Plan } from './plan.js';

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
 */
export function mayMiss(
  { preempted, isKeptOutUnnoticed }: Pick<Plan, 'preempted' | 'isKeptOutUnnoticed'>,
  kernel = release(),
): string | undefined {
  const places = preempted.map((kind) => PLACES[kind]).filter((place) => place !== undefined);
  if (places.length > 0)
    return `this kernel (${kernel}) may interrupt programs ${places.join(' and ')}: a crossing that is undone within a time slice can be missed`;
  if (isKeptOutUnnoticed)
    return `this kernel (${kernel}) may leave programs out while others write to BPF maps, and cannot tell when (it has no CONFIG_KALLSYMS_ALL)`;
  return undefined;
}
