/** Ways to see something, as the kernels offer them. */
import type { Hook, HookKind, Sight } from './hook.js';

export const only = (kind: HookKind, ...programs: readonly string[]): Sight => [{ kind, programs }];

/**
 * By a BTF program; or where that can be preempted by a classic one with a second beside it
 * (bpf/hooks/tracepoint.bpf.h), or for who may not read tracefs by the function that the kernel calls next.
 */
export function tracepoint(program: string, next?: string): Sight {
  const seconds = [`second__${program}`];
  return [
    { kind: 'tracepoint', programs: [program] },
    { kind: 'classic', programs: [`classic__${program}`], seconds },
    ...(next === undefined ? [] : byFunction('kprobe', 'entry', next).map((hook) => ({ ...hook, seconds }))),
  ];
}

export function systemCallEnd(program: string): Sight {
  return [
    { kind: 'system-call', programs: [program] },
    // The classic tracepoint has no registers (registers_of_current() in bpf/hooks/syscall.bpf.h).
    { kind: 'classic', programs: [`classic__${program}`], needsTypes: true },
  ];
}

export type FunctionHook = 'fentry' | 'kprobe';

/** By a function, under the first of its names that the kernel has. Programs are named by their hook and function. */
export function byFunction(
  hook: FunctionHook,
  where: 'entry' | 'return',
  ...names: readonly string[]
): readonly Hook[] {
  const prefix = {
    fentry: { entry: 'fentry', return: 'fexit' },
    kprobe: { entry: 'kprobe', return: 'kretprobe' },
  };
  const kind = hook === 'fentry' ? 'trampoline' : 'kprobe';
  return names.map((name) => {
    const functions = name.split(' ');
    return {
      kind,
      needsTypes: hook === 'fentry',
      functions,
      programs: functions.map((each) => `${prefix[hook][where]}__${each}`),
    };
  });
}

/** By all of some hooks of one kind together. */
export function together(first: Hook, ...others: readonly Hook[]): Hook {
  const hooks = [first, ...others];
  return {
    ...first,
    functions: hooks.flatMap(({ functions = [] }) => functions),
    programs: hooks.flatMap(({ programs }) => programs),
  };
}

/** Where nothing sees it sooner. */
export function late(hooks: readonly Hook[]): readonly Hook[] {
  return hooks.map((hook) => ({ ...hook, isLate: true }));
}

/** Where what is in some hooks sees this as well, for which nothing is attached then. */
export function seenBy(hooks: readonly Hook[]): readonly Hook[] {
  return hooks.map((hook) => ({ ...hook, programs: [] }));
}

export function oneOf(...hooks: readonly Hook[]): Sight {
  const [first, ...others] = hooks;
  if (!first) throw new Error('something is seen in at least one way');
  return [first, ...others];
}
