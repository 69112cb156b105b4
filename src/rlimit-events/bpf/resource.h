/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an object watches: one resource, which is fixed when it is loaded, so that the
 * verifier leaves out the branches of the others.
 */
#ifndef RLIMIT_EVENTS_RESOURCE_H
#define RLIMIT_EVENTS_RESOURCE_H

#include "memory.h"
#include "nofile.h"

static __always_inline bool is_memory(void)
{
	return config.resource != RESOURCE_NOFILE;
}

/*
 * Where a task's use is counted: its descriptor table, its memory. Several processes can
 * have the same. An address, to be compared; 0 when it has given it up.
 */
static __always_inline __u64 account_of(struct task_struct *task)
{
	return is_memory() ? (__u64)BPF_CORE_READ(task, mm) : (__u64)BPF_CORE_READ(task, files);
}

/* How many have an account, at least. Somebody who only reads it may be among them. */
static __always_inline int references_to_account(struct task_struct *task)
{
	return is_memory() ? BPF_CORE_READ(task, mm, mm_users.counter) : BPF_CORE_READ(task, files, count.counter);
}

/*
 * How much a task uses, in the unit of getrlimit(2). The caller sees to it that the account
 * stays: it is the current task's, or a child's that has not run yet, or the caller checks
 * afterwards that it still was the task's.
 */
static __always_inline __u64 value_of(struct task_struct *task)
{
	return is_memory() ? memory_of(task) : count_open_fds(task);
}

/* The offsets are moved one by one, so that an index cannot be a variable. */
#define LIMIT_IF(number)              \
	if (config.resource == number) \
		return LOAD(signal, rlim[number].rlim_cur);

/* The soft limit. */
static __always_inline __u64 limit_of(struct signal_struct *signal)
{
	LIMIT_IF(RESOURCE_DATA)
	LIMIT_IF(RESOURCE_STACK)
	LIMIT_IF(RESOURCE_MEMLOCK)
	LIMIT_IF(RESOURCE_AS)
	return LOAD(signal, rlim[RESOURCE_NOFILE].rlim_cur);
}

/*
 * Whether hooks take off a budget what a change can be at most. Of memory there is no such
 * number for a system call: it can change it by any amount or not at all.
 */
static __always_inline bool has_budgets(void)
{
	return !is_memory();
}

#endif
