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

#include "members.h"
#include "subject.h"

#ifndef LEGACY
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

/* Whether the CPU was blind when the task that runs there came onto it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} blind SEC(".maps");

static __always_inline bool is_of_watched_user(struct task_struct *task)
{
	__u64 account = user_of(task);
	__u32 *count = bpf_map_lookup_elem(&accounts, &account);

	return count && *count;
}

/* Who leaves a CPU that was blind may have done something that nobody saw. Where he is now, user space has looked up. */
SEC("tp_btf/sched_switch")
int BPF_PROG(cpu_was_blind, bool preempt, struct task_struct *previous)
{
	__u32 zero = 0, *was_blind = bpf_map_lookup_elem(&blind, &zero);
	bool is_blind = classic_programs_are_kept_out();

	if (!was_blind || (!*was_blind && !is_blind))
		return 0;
	if (*was_blind &&
	    (is_of_user() ? is_of_watched_user(previous) : may_be_watched(LOAD(previous, tgid))))
		count_missed_look();
	*was_blind = is_blind;
	return 0;
}
#endif

#endif
