/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_NPROC, RLIMIT_SIGPENDING and RLIMIT_MSGQUEUE: what the real user of a process has, of
 * which the kernel keeps one number for all his processes: threads, queued signals, and bytes
 * of POSIX message queues (kernel/ucount.c; include/linux/sched/user.h until 5.13).
 */
#ifndef RLIMIT_EVENTS_UCOUNTS_H
#define RLIMIT_EVENTS_UCOUNTS_H

#include "core/maps.bpf.h"

static __always_inline bool is_of_user(void)
{
	return config.resource == RESOURCE_NPROC || config.resource == RESOURCE_SIGPENDING ||
	       config.resource == RESOURCE_MSGQUEUE;
}

/* Where his numbers are: an address, to be compared. */
static __always_inline __u64 user_of(struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, real_cred);

	if (bpf_core_field_exists(cred->ucounts))
		return (__u64)BPF_CORE_READ(cred, ucounts);
	return (__u64)BPF_CORE_READ(cred, user);
}

/* A user namespace can be in 33 others (create_user_ns() in kernel/user_namespace.c). */
#define MOST_NAMESPACES 34

/* A function, for the reason of use_by_user_struct(). */
static __noinline __u64 creator_by_ucounts(__u64 user)
{
	struct ucounts *counts = (void *)user;

	return (__u64)BPF_CORE_READ(counts, ns, ucounts);
}

/*
 * Who has made the namespace that a user is of: what the one has is counted for the other as well, and so on up to the
 * first namespace (inc_rlimit_ucounts() in kernel/ucount.c). 0: it is of the first one.
 */
static __always_inline __u64 creator_for(__u64 user)
{
	return bpf_core_field_exists(((struct cred *)0)->ucounts) ? creator_by_ucounts(user) : 0;
}

/* The enumerators of one have other values than those of the other. */
#define PLACE_OF(name)                                                            \
	(bpf_core_field_exists(((struct ucounts *)0)->rlimit) ?                   \
		 bpf_core_field_offset(struct ucounts, rlimit) +                  \
			 sizeof(long) * name :                                    \
		 bpf_core_field_offset(struct ucounts___one_array, ucount) +      \
			 sizeof(long) * bpf_core_enum_value(enum ucount_type___one_array, name##___one_array))

/* A function, since the compiler would have the offsets of fields ready that the kernel does not have. */
static __noinline __u64 use_by_user_struct(__u64 user)
{
	struct user_struct *counts = (void *)user;

	if (config.resource == RESOURCE_NPROC)
		return BPF_CORE_READ(counts, processes.counter);
	if (config.resource == RESOURCE_SIGPENDING)
		return BPF_CORE_READ(counts, sigpending.counter);
	return BPF_CORE_READ(counts, mq_bytes);
}

static __noinline __u64 use_by_ucounts(__u64 user)
{
	long count = 0;
	__u64 place;

	if (config.resource == RESOURCE_NPROC)
		place = PLACE_OF(UCOUNT_RLIMIT_NPROC);
	else if (config.resource == RESOURCE_SIGPENDING)
		place = PLACE_OF(UCOUNT_RLIMIT_SIGPENDING);
	else
		place = PLACE_OF(UCOUNT_RLIMIT_MSGQUEUE);
	bpf_probe_read_kernel(&count, sizeof(count), (void *)user + place);
	return count > 0 ? count : 0;
}

static __always_inline __u64 use_by_user(__u64 user)
{
	return bpf_core_field_exists(((struct cred *)0)->ucounts) ? use_by_ucounts(user) : use_by_user_struct(user);
}

#endif
