/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which system call is ending, and how far it can have moved the count. The names of
 * the registers differ by architecture; CO-RE keeps the branch that fits the kernel.
 */
#ifndef RLIMIT_EVENTS_SYSCALL_H
#define RLIMIT_EVENTS_SYSCALL_H

#include "maps.h"

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax))
		return x86->orig_ax;
	if (bpf_core_field_exists(arm64->syscallno))
		return arm64->syscallno;
	return ~0U;
}

/* One of the first three parameters of a function, at its entry. */
static __always_inline __u64 parameter(struct pt_regs *regs, __u32 number)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax))
		return number == 0 ? BPF_CORE_READ(x86, di) :
		       number == 1 ? BPF_CORE_READ(x86, si) :
				     BPF_CORE_READ(x86, dx);
	return number == 0 ? BPF_CORE_READ(arm64, regs[0]) :
	       number == 1 ? BPF_CORE_READ(arm64, regs[1]) :
			     BPF_CORE_READ(arm64, regs[2]);
}

/*
 * prlimit64(pid, resource, new, old): whether it set the limit of a process by its number.
 * With 0 for the number it is the caller's own limit, and the caller is looked at anyway:
 * programs do that when they start, Node among them.
 */
static __always_inline bool sets_limit_of_another(struct pt_regs *regs, __u32 *resource)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax)) {
		*resource = x86->si;
		return (__u32)x86->di != 0 && x86->dx != 0;
	}
	if (bpf_core_field_exists(arm64->syscallno)) {
		*resource = arm64->regs[1];
		return (__u32)arm64->orig_x0 != 0 && arm64->regs[2] != 0;
	}
	return false;
}

static __always_inline bool is_compat(struct task_struct *task)
{
	return bpf_core_field_exists(task->thread_info.status) && (LOAD(task, thread_info.status) & TS_COMPAT);
}

/* Of a 32-bit system call on x86 every one may be setuid(2): those who make one match anew. */
static __always_inline bool sets_user(struct pt_regs *regs, struct task_struct *task)
{
	__u32 number = syscall_number(regs);

	return number == config.nr_setuid[0] || number == config.nr_setuid[1] || number == config.nr_setuid[2] ||
	       is_compat(task);
}

static __always_inline __u32 weight_of(struct pt_regs *regs, long result, struct task_struct *task)
{
	__u32 number = syscall_number(regs);
	__u32 weight;

	/* A 32-bit system call has numbers of its own. */
	if (is_compat(task))
		return WEIGHT_UNKNOWN;
	if (number >= SYSCALLS)
		return WEIGHT_UNKNOWN;
	weight = config.weights[number];
	if (weight != WEIGHT_BY_BYTES)
		return weight;
	if (result <= 0)
		return 0;
	weight = (__u64)result / BYTES_PER_DESCRIPTOR;
	return weight < WEIGHT_BY_BYTES ? weight : WEIGHT_UNKNOWN;
}

#endif
