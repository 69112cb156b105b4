/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an object watches: one resource, which is fixed when it is loaded, so that the
 * verifier leaves out the branches of the others.
 */
#ifndef RLIMIT_EVENTS_RESOURCE_H
#define RLIMIT_EVENTS_RESOURCE_H

#include "resources/cpu.bpf.h"
#include "resources/memory.bpf.h"
#include "resources/nofile.bpf.h"
#include "resources/rttime.bpf.h"
#include "resources/ucounts.bpf.h"

static __always_inline bool is_memory(void)
{
	return config.resource == RESOURCE_DATA || config.resource == RESOURCE_STACK ||
	       config.resource == RESOURCE_MEMLOCK || config.resource == RESOURCE_AS ||
	       config.resource == RESOURCE_RSS;
}

static __always_inline bool is_cpu(void)
{
	return config.resource == RESOURCE_CPU;
}

/* It is time, of the threads of a process. */
static __always_inline bool is_of_threads(void)
{
	return is_cpu() || is_rttime();
}

/*
 * Where a task's use is counted: its descriptor table, its memory, its real user, its
 * process. Several processes can have the same but for the last. An address, to be compared;
 * 0 when it has given it up.
 */
static __always_inline __u64 account_of(struct task_struct *task)
{
	if (is_of_threads())
		return (__u64)BPF_CORE_READ(task, signal);
	if (is_of_user())
		return user_of(task);
	return is_memory() ? (__u64)BPF_CORE_READ(task, mm) : (__u64)BPF_CORE_READ(task, files);
}

/* How many have an account, at least. Somebody who only reads it may be among them. */
static __always_inline int references_to_account(struct task_struct *task)
{
	/* Of a user those are seen that nobody watches. */
	if (is_of_threads() || is_of_user())
		return 0;
	return is_memory() ? BPF_CORE_READ(task, mm, mm_users.counter) : BPF_CORE_READ(task, files, count.counter);
}

/*
 * How much a task uses, in the unit of getrlimit(2), but microseconds of CPU time; or UNSEEN.
 * The caller sees to it that the account stays: it is the current task's, or a child's that
 * has not run yet, or the caller checks afterwards that it still was the task's.
 */
static __always_inline __u64 value_of(struct task_struct *task)
{
	if (is_cpu())
		return cpu_time_of((__u64)BPF_CORE_READ(task, signal));
	if (is_rttime())
		return rttime_of((__u64)BPF_CORE_READ(task, signal));
	if (is_of_user())
		return use_by_user(user_of(task));
	return is_memory() ? memory_of(task) : count_open_fds(task);
}

/* The offsets are moved one by one, so that an index cannot be a variable. */
#define LIMIT_IF(number)              \
	if (config.resource == number) \
		return LOAD(signal, rlim[number].rlim_cur);

/* Of seconds, in microseconds. What is longer than 30,000 years is for ever. */
static __always_inline __u64 in_us(__u64 limit)
{
	return limit < 1ULL << 40 ? limit * US_PER_SECOND : RLIM_INFINITY;
}

/* The soft limit, in the unit of the value. */
static __always_inline __u64 limit_of(struct signal_struct *signal)
{
	if (is_cpu())
		return in_us(LOAD(signal, rlim[RESOURCE_CPU].rlim_cur));
	LIMIT_IF(RESOURCE_DATA)
	LIMIT_IF(RESOURCE_STACK)
	LIMIT_IF(RESOURCE_MEMLOCK)
	LIMIT_IF(RESOURCE_AS)
	LIMIT_IF(RESOURCE_RSS)
	LIMIT_IF(RESOURCE_NPROC)
	LIMIT_IF(RESOURCE_SIGPENDING)
	LIMIT_IF(RESOURCE_MSGQUEUE)
	LIMIT_IF(RESOURCE_RTTIME)
	return LOAD(signal, rlim[RESOURCE_NOFILE].rlim_cur);
}

/*
 * Whether hooks take off a budget what a change can be at most. Of memory there is no such
 * number for a system call: it can change it by any amount or not at all. What a user has,
 * anybody of his can change; and a thread's time begins anew.
 */
static __always_inline bool has_budgets(void)
{
	return !is_memory() && !is_of_user() && !is_rttime();
}

/*
 * Whether hooks are come past more often than the number changes that can be read: of resident pages from Linux 6.2 on,
 * where each CPU keeps some to itself (struct percpu_counter).
 */
static __always_inline bool is_told_in_vain(void)
{
	return config.resource == RESOURCE_RSS;
}

#ifndef LEGACY
/* Such a kernel has no exchange, and no counters of CPUs. */
#define KEEPS_WHAT_WAS_SEEN
#endif

#endif
