/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attach mode `tracepoint`: the end of every system call.
 *
 * Each program of a tracepoint is there twice, as a BTF one (tp_btf) and as a classic one. The
 * BTF one is cheaper; from Linux 7.2 on it can be preempted, and is then skipped for all others
 * on that CPU. The classic one never is (perf_call_bpf_enter() in kernel/trace/bpf_trace.c runs
 * with preemption off). Which of them is attached, user space chooses (plan.ts).
 */
#ifndef RLIMIT_EVENTS_TRACEPOINT_H
#define RLIMIT_EVENTS_TRACEPOINT_H

#include "looks/subject.bpf.h"
#include "hooks/syscall.bpf.h"

/*
 * A function of its own, since all system calls pass where it is called: inlined, it would have
 * the compiler keep what they need on the stack meanwhile.
 */
static __noinline int prlimit64_has_succeeded(struct pt_regs *regs, __u32 number)
{
	__u32 resource;

	if (is_prlimit64(regs, number) && sets_limit_of_another(regs, &resource) && resource == config.resource)
		have_all_observed();
	return 0;
}

static __always_inline void tell_if_limit_touched(enum architecture on, struct pt_regs *regs, __u32 number,
						  long result)
{
	/* Told to be rare, it stands apart, and no other system call has to jump over it. */
	if (__builtin_expect(result == 0 && may_be_prlimit64(on, number), 0))
		prlimit64_has_succeeded(regs, number);
}

static __always_inline int syscall_of_weight_has_ended(struct task_struct *task, __u32 tgid, struct slot *slot,
						       __u32 weight)
{
	struct subject *subject;

	if (weight != WEIGHT_UNKNOWN) {
		change_by(slot, tgid, config.resource, weight);
		return 0;
	}
	subject = find_subject(tgid);
	if (!subject)
		return 0;
	if (config.misses_io_uring && LOAD(task, io_uring))
		subject->io_uring = true;
	observe_current(config.resource);
	return 0;
}

/* True: it is looked for already, if it has to be. */
static __always_inline bool is_taken_off_budget(struct slot *slot, __u32 weight)
{
	if (spend(&slot->budget, weight))
		observe_current(config.resource);
	return true;
}

/*
 * Of somebody like a watched one: what is common, in the order that asks for least. False: he has no slot of his own, or
 * the number does not tell. prlimit64(2), of either kind of program, is among the latter (loading/syscalls.ts).
 */
static __always_inline bool common_syscall_has_ended(enum architecture on, void *given, enum given by, __u64 taken,
						     __u32 tgid, struct slot *slot)
{
	struct call call;
	__u32 weight;

	if (taken != tgid)
		return false;
	call = call_on(on, registers_in(given, by));
	weight = weight_of_number(on, &call);
	if (weight <= MOST_WEIGHT)
		return is_taken_off_budget(slot, weight);
	if (weight >= WEIGHT_BY_ABI)
		return false;
	weight = with_bytes(weight, result_in(given, by));
	return weight != WEIGHT_UNKNOWN && is_taken_off_budget(slot, weight);
}

#ifdef KNOWS_TYPES
/*
 * A function of its own that asks for the registers again: so nothing has to be kept for it by what all system calls
 * pass, of which that would be a tenth.
 */
static __noinline int syscall_of_somebody_like_watched_has_ended(struct task_struct *task, struct slot *slot)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 tgid = LOAD(task, tgid);
	struct call call;

	if (common_syscall_has_ended(X86, regs, BY_REGISTERS, slot->taken, tgid, slot))
		return 0;
	call = call_on(X86, regs);
	return syscall_of_weight_has_ended(task, tgid, slot, weight_of(&call, result_in(regs, BY_REGISTERS), task));
}

static __always_inline int syscall_has_ended_on_x86(void *given, enum given by)
{
	long result = result_in(given, by);
	struct task_struct *task;
	struct slot *slot;

	if (result == 0) {
		struct pt_regs *regs = registers_in(given, by);

		tell_if_limit_touched(X86, regs, number_on(X86, regs), result);
	}
	task = current_task();
	slot = slot_of(LOAD(task, tgid));
	return slot->taken ? syscall_of_somebody_like_watched_has_ended(task, slot) : 0;
}
#endif

/* Of the others, who are few: all of it. */
static __noinline int uncommon_syscall_has_ended(struct pt_regs *regs, long result)
{
	struct task_struct *task = current_task();
	__u32 tgid = tgid_of_current();
	struct call call = call_of(regs);

	tell_if_limit_touched(architecture(), regs, call.number, result);
	return syscall_of_weight_has_ended(task, tgid, slot_of(tgid), weight_of(&call, result, task));
}

/*
 * Where a register is dear to read, or to keep costs nothing: who is not watched is not even asked for the number of his
 * system call, unless it has succeeded as prlimit64(2) would have.
 */
static __always_inline int syscall_has_ended_on(enum architecture on, void *given, enum given by)
{
	__u32 tgid = tgid_of_current();
	struct slot *slot = slot_of(tgid);
	struct pt_regs *regs;
	__u64 taken;

	/* So that it is not computed again for the budget. */
	barrier_var(slot);
	taken = slot->taken;
	if (taken) {
		if (!common_syscall_has_ended(on, given, by, taken, tgid, slot))
			uncommon_syscall_has_ended(registers_in(given, by), result_in(given, by));
	} else if (__builtin_expect(result_in(given, by) == 0, 0)) {
		regs = registers_in(given, by);
		tell_if_limit_touched(on, regs, number_on(on, regs), 0);
	}
	return 0;
}

static __always_inline int syscall_has_ended(void *given, enum given by)
{
	if (architecture() == ARM64) {
		void *kept;

		/* Not before, where the compiler would have x86 keep it, too. */
		asm volatile("%0 = %1" : "=r"(kept) : "r"(given));
		return syscall_has_ended_on(ARM64, kept, by);
	}
#ifdef KNOWS_TYPES
	return syscall_has_ended_on_x86(given, by);
#else
	return syscall_has_ended_on(X86, given, by);
#endif
}

AT_SYSCALL_END(syscall_ends, syscall_has_ended)

#endif
