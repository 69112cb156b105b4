import { describe, expect, it } from '@jest/globals';
import type { HookKind } from '../../../src/rlimit-events/loading/hook.js';
import { mayMiss } from '../../../src/rlimit-events/loading/may-miss.js';
import { everyFunction, type Kernel, planFor } from '../../../src/rlimit-events/loading/plan.js';

/** One that has every function by its first name, and preempts nothing. */
const STEADY: Kernel = {
  has: (functions) => functions.every((name) => everyFunction().first.includes(name)),
  whyNoneOf: (functions) => `it has no function ${functions}`,
  preempts: () => false,
  hasClassicTracepoints: () => true,
  isPreemptible: false,
  knowsItsTypes: true,
  cannotTell: undefined,
  attachesAgain: true,
};

const preempting = (...kinds: HookKind[]): Kernel => ({
  ...STEADY,
  preempts: (kind) => kinds.includes(kind),
  isPreemptible: true,
});

/** Linux 6.12 with preempt=full, or 6.18. */
const TRAMPOLINES = preempting('trampoline');
/** Linux 7.3. */
const TRACEPOINTS = preempting('trampoline', 'system-call', 'tracepoint');

const without = (kernel: Kernel, ...missing: string[]): Kernel => ({
  ...kernel,
  has: (functions) =>
    functions.every((name) => everyFunction().all.includes(name) && !missing.includes(name)),
});

describe('a plan', () => {
  it('takes the cheapest hooks where nothing is preempted, and no net', () => {
    const { attached, preempted } = planFor('nofile', 'fentry', [], STEADY);
    expect(attached).toEqual([
      'process_forks',
      'process_executes',
      'process_ends',
      'fentry__fd_install',
      'fentry__filp_flush',
      'fexit__do_dup2',
      'fexit__put_unused_fd',
      'fexit____close_range',
      'fentry__put_files_struct',
      'fexit__do_prlimit',
    ]);
    expect(preempted).toEqual([]);
    expect(planFor('nofile', 'tracepoint', [], STEADY).attached.slice(3)).toEqual(['syscall_ends']);
  });

  it('sees what a kretprobe may not follow at the entry as well', () => {
    const programs = ['kprobe__do_dup2', 'kretprobe__do_dup2'];
    expect(planFor('nofile', 'kprobe', [], STEADY).attached).toEqual(expect.arrayContaining(programs));
  });

  it('needs nothing more to match all, cgroups neither', () => {
    const { onMatch, ...all } = planFor('nofile', 'tracepoint', ['all'], STEADY);
    expect(onMatch).toEqual(new Map([['all', []]]));
    expect(all).toEqual({ ...planFor('nofile', 'tracepoint', [], STEADY), onMatch: undefined });
  });

  it('does not ask for functions where it takes none, since the kernel takes long to list them', () => {
    const lists: (readonly string[])[] = [];
    const has = (functions: readonly string[]) => {
      if (functions.length > 0) lists.push(functions);
      return true;
    };
    for (const kernel of [STEADY, TRAMPOLINES, TRACEPOINTS])
      planFor('nofile', 'tracepoint', ['exe', 'command', 'cgroup', 'user'], { ...kernel, has });
    expect(lists).toEqual([]);
    planFor('nofile', 'kprobe', [], { ...STEADY, has });
    expect(lists).toContainEqual(['fd_install']);
  });

  it('is not exact by trampolines that are preempted, and is by kprobes, with the net under them', () => {
    const forced = planFor('nofile', 'fentry', [], TRAMPOLINES);
    expect(forced.preempted).toEqual(['trampoline']);
    const { attached, preempted } = planFor('nofile', 'kprobe', [], TRAMPOLINES);
    expect(preempted).toEqual([]);
    expect(attached).toContain('process_ends');
    expect(attached).toContain('cpu_was_blind');
  });

  it('has the net also under what is preempted, which it is told, and counts the rest', () => {
    const { attached, unguarded, counted, skipped } = planFor('nofile', 'fentry', [], TRAMPOLINES);
    expect(attached).toContain('cpu_was_blind');
    expect(skipped).not.toContain('find_unguarded');
    expect(unguarded).toContain('fexit__do_dup2');
    expect(unguarded).not.toContain('process_ends');
    expect(counted).toEqual(['process_forks', 'process_executes', 'process_ends']);
    expect(planFor('nofile', 'kprobe', [], TRAMPOLINES).skipped).toContain('find_unguarded');
  });

  it('needs no net where only BTF tracepoints are used, which nobody keeps out', () => {
    const { attached, preempted } = planFor('nofile', 'tracepoint', [], TRAMPOLINES);
    expect(preempted).toEqual([]);
    expect(attached).not.toContain('cpu_was_blind');
  });

  it('takes classic tracepoints, each with its second, where BTF ones are preempted', () => {
    const { attached, preempted } = planFor('nofile', 'tracepoint', ['command', 'user'], TRACEPOINTS);
    expect(preempted).toEqual([]);
    expect(attached).toEqual([
      'process_wakes_first',
      'classic__process_executes',
      'second__process_executes',
      'classic__process_ends',
      'second__process_ends',
      'classic__syscall_ends',
      'cpu_was_blind',
    ]);
    const { onMatch } = planFor('nofile', 'tracepoint', ['command', 'user'], TRACEPOINTS);
    expect(onMatch.get('command')).toEqual(['classic__name_changes', 'second__name_changes']);
    expect(onMatch.get('user')).toEqual(['classic__setuid_ends']);
  });

  it('takes the functions that are called next for who may not read tracefs', () => {
    const kernel = { ...without(TRACEPOINTS), hasClassicTracepoints: () => false };
    const { attached, preempted } = planFor('nofile', 'kprobe', [], kernel);
    expect(preempted).toEqual([]);
    expect(attached.slice(0, 5)).toEqual([
      'process_wakes_first',
      'kprobe__proc_exec_connector',
      'second__process_executes',
      'kprobe__exit_files',
      'second__process_ends',
    ]);
  });

  it('says where it is not exact: with neither tracefs nor kprobes there is nothing safe', () => {
    const plan = planFor('nofile', 'tracepoint', ['command'], {
      ...TRACEPOINTS,
      hasClassicTracepoints: () => false,
    });
    expect(plan.preempted).toEqual(['tracepoint', 'system-call']);
    expect(mayMiss(plan, '7.3.4')).toBe(
      'this kernel (7.3.4) may interrupt programs at tracepoints and at the end of system calls: a crossing that is undone within a time slice can be missed, and is then told as lost',
    );
    expect(mayMiss({ ...plan, unguarded: [] }, '7.3.4')).toContain('can be missed unnoticed');
  });

  it('says where nobody can tell that programs were kept out, and has no second that would need to know', () => {
    const plan = planFor('nofile', 'kprobe', [], {
      ...TRACEPOINTS,
      cannotTell: 'it has no CONFIG_KALLSYMS_ALL',
    });
    expect(plan.attached).not.toContain('cpu_was_blind');
    expect(plan.attached).not.toContain('second__process_ends');
    expect(mayMiss(plan, '7.3.4')).toContain('CONFIG_KALLSYMS_ALL');
    expect(mayMiss(planFor('nofile', 'kprobe', [], TRACEPOINTS), '7.3.4')).toBeUndefined();
  });

  it('says of kprobes where others keep them out of a kernel that is too old to tell, and takes no net', () => {
    // Linux 5.15 with PREEMPT.
    const old = { ...TRAMPOLINES, cannotTell: 'it is older than 5.17' };
    const plan = planFor('nofile', 'kprobe', [], old);
    expect(plan.attached).not.toContain('cpu_was_blind');
    expect(mayMiss(plan, '5.15.0', true)).toBe(
      'this kernel (5.15.0) may leave programs out while others write to BPF maps, and cannot tell when (it is older than 5.17)',
    );
    expect(mayMiss(planFor('nofile', 'tracepoint', [], old), '5.15.0', true)).toBeUndefined();
  });

  it('says where two processors may see changes in another order', () => {
    const plan = planFor('nofile', 'tracepoint', [], STEADY);
    expect(mayMiss(plan, '5.10.0', true)).toBeUndefined();
    expect(mayMiss(plan, '5.10.0', false)).toContain('this kernel (5.10.0) has no barriers for programs');
  });

  it('takes the next function where the first has gone', () => {
    const newer = without(STEADY, '__close_range', 'cgroup_release', 'filp_flush');
    expect(planFor('nofile', 'kprobe', [], newer).attached).toEqual(
      expect.arrayContaining([
        'kprobe__filp_close',
        'kretprobe____x64_sys_close_range',
        'kretprobe____ia32_sys_close_range',
      ]),
    );
    expect(planFor('nproc', 'fentry', [], newer).attached).toContain('fentry__cgroup_task_release');
  });

  it('takes what is seen later only where no function is there', () => {
    const newest = without(STEADY, 'cgroup_release', 'cgroup_task_release');
    expect(planFor('nproc', 'kprobe', [], newest).attached).toContain('user_thread_is_gone');
    expect(planFor('nproc', 'kprobe', [], STEADY).attached).not.toContain('user_thread_is_gone');
    // A function that is preempted is not replaced by it: kprobe mode is exact and in time.
    expect(planFor('nproc', 'fentry', [], TRAMPOLINES).preempted).toEqual(['trampoline']);
  });

  it.each(['as', 'data', 'stack', 'memlock'] as const)(
    'leaves the system calls of all others alone for %s, where the kernel has all that changes it',
    (resource) => {
      for (const mode of ['fentry', 'kprobe'] as const) {
        const { attached, isLate } = planFor(resource, mode, [], STEADY);
        expect(attached).toEqual(
          expect.arrayContaining([
            `${mode}__userfaultfd_unmap_complete`,
            expect.stringContaining('do_prlimit'),
          ]),
        );
        expect(attached).not.toContain('syscall_ends');
        expect(isLate).toBe(false);
        const lacking = planFor(resource, mode, [], without(STEADY, 'ksys_shmdt'));
        expect(lacking.attached.slice(3)).toEqual(['syscall_ends']);
        expect(lacking.isLate).toBe(true);
      }
      // Exact by kprobes, so that auto takes those.
      expect(planFor(resource, 'fentry', [], TRAMPOLINES).preempted).toEqual(['trampoline']);
      expect(planFor(resource, 'kprobe', [], TRAMPOLINES).preempted).toEqual([]);
    },
  );

  it.each([
    ['msgqueue', 'put_ucounts'],
    ['sigpending', 'dec_rlimit_put_ucounts'],
  ] as const)('leaves them alone for %s as well, where the kernel has %s', (resource, counting) => {
    for (const mode of ['fentry', 'kprobe'] as const) {
      const { attached, isLate } = planFor(resource, mode, ['user'], STEADY);
      expect(attached).toEqual(
        expect.arrayContaining([
          expect.stringContaining(counting),
          expect.stringContaining('do_prlimit'),
          expect.stringContaining('commit_creds'),
        ]),
      );
      expect(attached).not.toContain('user_syscall_ends');
      expect(isLate).toBe(false);
      const lacking = planFor(resource, mode, [], without(STEADY, counting));
      expect(lacking.attached).toEqual(expect.arrayContaining(['user_frees', 'user_syscall_ends']));
      expect(lacking.isLate).toBe(true);
    }
    expect(planFor(resource, 'kprobe', [], TRAMPOLINES).preempted).toEqual([]);
  });

  it('attaches nothing twice that matches are seen by as well', () => {
    for (const mode of ['fentry', 'kprobe'] as const) {
      const { attached, onMatch } = planFor('sigpending', mode, ['user'], STEADY);
      expect(attached.filter((program) => program.endsWith('__commit_creds'))).toHaveLength(1);
      expect(onMatch.get('user')).toEqual([]);
    }
  });

  it('names what a kernel does not have', () => {
    expect(() => planFor('nofile', 'fentry', [], without(STEADY, 'filp_flush', 'filp_close'))).toThrow(
      'this kernel cannot do attach mode fentry: it has no function filp_flush or filp_close',
    );
  });

  it('counts what must not be skipped, but not what others keep out, which the net tells', () => {
    expect(planFor('nofile', 'tracepoint', [], STEADY).counted).toContain('syscall_ends');
    expect(planFor('nofile', 'tracepoint', [], TRACEPOINTS).counted).toEqual(['process_wakes_first']);
  });

  it('tries what is attached later only, where nothing of its kind is attached at once', () => {
    const old = without(STEADY, 'inc_rlimit_get_ucounts');
    expect(planFor('sigpending', 'fentry', ['user'], old).triedOnly).toEqual(['fexit__commit_creds']);
    expect(planFor('nofile', 'fentry', ['user'], old).triedOnly).toEqual([]);
    expect(planFor('sigpending', 'kprobe', ['user'], old).triedOnly).toEqual([]);
  });

  it('attaches at once what could not be attached a second time', () => {
    const once = { ...STEADY, attachesAgain: false };
    for (const resource of ['nofile', 'sigpending'] as const) {
      const { attached, onMatch, triedOnly } = planFor(resource, 'fentry', ['user', 'command'], once);
      expect(attached).toContain('fexit__commit_creds');
      expect([onMatch.get('user'), triedOnly]).toEqual([[], []]);
      expect(onMatch.get('command')).toEqual(['name_changes']);
    }
    expect(planFor('nofile', 'kprobe', ['user'], once).onMatch.get('user')).toEqual([
      'kretprobe__commit_creds',
    ]);
    expect(planFor('nofile', 'fentry', ['command'], once).attached).not.toContain('fexit__commit_creds');
  });

  it('loads nothing that it does not attach', () => {
    const { attached, skipped } = planFor('nofile', 'fentry', [], STEADY);
    expect(skipped).toEqual(expect.arrayContaining(['kprobe__fd_install', 'cpu_was_blind', 'name_changes']));
    expect(skipped.filter((program) => attached.includes(program))).toEqual([]);
  });

  it('takes what needs no types where the kernel has none, and says what that misses', () => {
    const untyped = (kernel: Kernel): Kernel => ({
      ...kernel,
      knowsItsTypes: false,
      cannotTell: 'it has no BTF of its own',
    });
    expect(() => planFor('nofile', 'fentry', [], untyped(STEADY))).toThrow('cannot do attach mode fentry');
    const steady = planFor('nofile', 'kprobe', ['user'], untyped(STEADY));
    expect(steady.attached).toEqual(planFor('nofile', 'kprobe', ['user'], STEADY).attached);
    expect(mayMiss(steady, '6.1.0', true)).toBeUndefined();
    // The classic tracepoint of system calls has no registers there.
    const preempted = planFor('nofile', 'tracepoint', [], untyped(TRACEPOINTS));
    expect(preempted.attached).toContain('syscall_ends');
    expect(preempted.preempted).toEqual(['system-call']);
    expect(mayMiss(preempted, '7.3.4', true)).toContain('at the end of system calls');
    expect(mayMiss(planFor('nofile', 'kprobe', [], untyped(TRAMPOLINES)), '6.12.0', true)).toContain(
      'it has no BTF of its own',
    );
  });
});
