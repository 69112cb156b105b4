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

static __always_inline void tell_if_limit_touched(struct pt_regs *regs, __u32 number, long result)
{
	/* Told to be rare, it stands apart, and no other system call has to jump over it. */
	if (__builtin_expect(result == 0 && may_be_prlimit64(regs, number), 0))
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

#ifdef KNOWS_TYPES
/*
 * A function of its own that asks for the registers again: so nothing has to be kept for it by what all system calls
 * pass, of which that would be a tenth.
 */
static __noinline int syscall_of_somebody_like_watched_has_ended(struct task_struct *task, struct slot *slot)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct call call = call_of(regs);
	__u32 weight = weight_of_number(&call, task);

	if (weight == WEIGHT_BY_BYTES)
		weight = weight_by_bytes(result_of(regs));
	return syscall_of_weight_has_ended(task, LOAD(task, tgid), slot, weight);
}

static __always_inline int syscall_has_ended(struct pt_regs *regs, long result)
{
	struct task_struct *task;
	struct slot *slot;

	if (result == 0)
		tell_if_limit_touched(regs, call_of(regs).number, result);
	task = current_task();
	slot = slot_of(LOAD(task, tgid));
	return slot->taken ? syscall_of_somebody_like_watched_has_ended(task, slot) : 0;
}
#else
static __always_inline int syscall_has_ended(struct pt_regs *regs, long result)
{
	__u32 tgid = tgid_of_current();
	struct call call = call_of(regs);
	struct slot *slot = slot_of(tgid);
	struct task_struct *task;

	tell_if_limit_touched(regs, call.number, result);
	if (!slot->taken)
		return 0;
	task = current_task();
	return syscall_of_weight_has_ended(task, tgid, slot, weight_of(&call, result, task));
}
#endif

AT_SYSCALL_END(syscall_ends, syscall_has_ended)

#endif
