/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The net under what can be kept from running. Kprobes and classic tracepoint programs, of
 * everybody, do not run on a CPU while `bpf_prog_active` is raised there, and bpf(2) raises it
 * while it works on an element of a map (bpf_disable_instrumentation() in include/linux/bpf.h).
 * If its caller is preempted in there, it stays raised until he goes on: so others run without
 * being seen, for as long as their time slices last.
 *
 * The scheduler sees it, since its tracepoint is within the lock of the run queue, where nobody
 * is preempted. Attached only where the kernel preempts (preemption.ts).
 */
#ifndef RLIMIT_EVENTS_BLIND_H
#define RLIMIT_EVENTS_BLIND_H

#include "groups/groups.bpf.h"
#include "hooks/unguarded.bpf.h"
#include "together/members.bpf.h"
#include "looks/subject.bpf.h"

#ifdef KNOWS_TYPES
/* Of each CPU (kernel/bpf/syscall.c). Weak: whether the kernel has it, user space asks before it attaches. */
extern const int bpf_prog_active __ksym __weak;

static __always_inline bool classic_programs_are_kept_out(void)
{
	const int *active;

	if (!&bpf_prog_active)
		return false;
	active = bpf_this_cpu_ptr(&bpf_prog_active);
	return *active != 0;
}

/* The variables of a CPU are all as far from where the kernel has the first of their kind. */
static __always_inline long offset_of_this_cpu(void)
{
	return (void *)bpf_this_cpu_ptr(&bpf_prog_active) - (void *)&bpf_prog_active;
}

/* Why programs may not run on a CPU. */
enum {
	KEPT_OUT_BY_OTHERS = 1,
	PREEMPTED = 2, /* one of ours, which is skipped for everybody but whoever is inside */
};

static __always_inline __u32 blindness_of_this_cpu(void)
{
	__u32 blindness = classic_programs_are_kept_out() ? KEPT_OUT_BY_OTHERS : 0;

	if (config.unguarded_programs && somebody_is_inside(offset_of_this_cpu()))
		blindness |= PREEMPTED;
	return blindness;
}

/* How blind each CPU was when the task that runs there came onto it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} blindness SEC(".maps");

static __always_inline bool is_of_watched_user(struct task_struct *task)
{
	__u64 account = user_of(task);

	for (int i = 0; i < MOST_NAMESPACES && account; i++) {
		if (members_there(count_of_members(account)))
			return true;
		account = creator_for(account);
	}
	return false;
}

/* With groups also who is not watched: that he came to match may have been what nobody saw. */
static __always_inline bool is_of_interest(struct task_struct *task, __u32 blindness)
{
	if ((blindness & PREEMPTED) && (matching.kinds || matching.inherits))
		return true;
	return is_of_user() ? is_of_watched_user(task) : may_be_watched(LOAD(task, tgid));
}

/*
 * Who leaves a CPU that was blind may have done something that nobody saw. Where he is now, user
 * space has looked up. Of programs that are preempted it may also be he who was inside, and has
 * missed nothing: that is told in vain.
 */
SEC(TRACEPOINT "sched_switch")
int BPF_PROG(cpu_was_blind, bool preempt, struct task_struct *previous)
{
	__u32 zero = 0, *before = bpf_map_lookup_elem(&blindness, &zero);
	__u32 now = blindness_of_this_cpu();

	if (!before || (!*before && !now))
		return 0;
	if (*before && is_of_interest(previous, *before))
		count_loss(LOSS_KEPT_OUT);
	*before = now;
	return 0;
}
#endif

#endif
