/* SPDX-License-Identifier: GPL-2.0-only */
/* Attach mode `tracepoint`: the end of every system call. */
#ifndef RLIMIT_EVENTS_TRACEPOINT_H
#define RLIMIT_EVENTS_TRACEPOINT_H

#include "subject.h"
#include "syscall.h"

static __always_inline void tell_if_limit_touched(struct pt_regs *regs, long result)
{
	__u32 resource;

	if (syscall_number(regs) == config.nr_prlimit64 && result == 0 &&
	    sets_limit_of_another(regs, &resource) && resource == config.resource)
		tell_limit_touched(resource);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall_ends, struct pt_regs *regs, long result)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task;
	struct subject *subject;
	__u32 weight;

	tell_if_limit_touched(regs, result);
	if (!may_be_watched(tgid))
		return 0;
	task = current_task();
	weight = weight_of(regs, result, task);
	if (weight != WEIGHT_UNKNOWN) {
		change_by(tgid, config.resource, weight);
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

#endif
