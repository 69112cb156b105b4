/* SPDX-License-Identifier: GPL-2.0-only */
/* The process that has the descriptor, and the numbers that it knows processes by. */
#ifndef RLIMIT_EVENTS_OWNER_H
#define RLIMIT_EVENTS_OWNER_H

#include "kernel/kernel.bpf.h"

/* The number that the kernel itself has for the descriptor's owner. */
__u32 owner_tgid;
/* The owner's pid namespace: how deep it lies, and which it is. */
__u32 owner_level;
__u64 owner_namespace;

static __always_inline void number_at_level(struct pid *pid, __u32 level, struct upid *number)
{
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	void *place = numbers + level * bpf_core_type_size(struct upid);

	bpf_probe_read_kernel(&number->nr, sizeof(number->nr), place + bpf_core_field_offset(struct upid, nr));
	bpf_probe_read_kernel(&number->ns, sizeof(number->ns), place + bpf_core_field_offset(struct upid, ns));
}

/* From here on the current process is the owner. */
static __always_inline void set_owner(void)
{
	/* Read by a helper, since the verifier lets nothing be added to a pointer that it follows. */
	struct pid *pid = BPF_CORE_READ(current_task(), thread_pid);
	struct upid number = {};

	owner_tgid = bpf_get_current_pid_tgid() >> 32;
	owner_level = BPF_CORE_READ(pid, level);
	number_at_level(pid, owner_level, &number);
	owner_namespace = (__u64)number.ns;
}

/* 0: the process is not in the owner's pid namespace or one within it. */
static __always_inline __u32 pid_as_owner_sees(struct task_struct *leader)
{
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	struct upid number = {};

	if (BPF_CORE_READ(pid, level) < owner_level)
		return 0;
	number_at_level(pid, owner_level, &number);
	return (__u64)number.ns == owner_namespace ? number.nr : 0;
}

#endif
