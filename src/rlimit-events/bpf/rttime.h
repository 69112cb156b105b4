/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_RTTIME: how long a thread with a real-time policy has run without a pause, in ticks; of
 * a process, the longest of its threads'. The kernel counts it while there is a soft limit, and
 * begins anew when the thread wakes up (watchdog() and enqueue_task_rt() in kernel/sched/rt.c).
 */
#ifndef RLIMIT_EVENTS_RTTIME_H
#define RLIMIT_EVENTS_RTTIME_H

#include "maps.h"

#ifdef LEGACY
#define MOST_RT_THREADS 512
#else
#define MOST_RT_THREADS (1 << 20)
#endif

struct longest {
	__u64 node; /* a thread's, in the list of its process */
	__u64 head; /* of the list */
	__u64 ticks;
};

LOOP_BODY longest_of_thread(__u32 i, void *context)
{
	struct longest *longest = context;
	struct task_struct *thread;
	__u64 ticks;

	if (longest->node == longest->head)
		return 1;
	thread = (void *)(longest->node - bpf_core_field_offset(struct task_struct, thread_node));
	ticks = BPF_CORE_READ(thread, rt.timeout);
	if (ticks > longest->ticks)
		longest->ticks = ticks;
	longest->node = (__u64)BPF_CORE_READ(thread, thread_node.next);
	return 0;
}

/* In microseconds. A global function, so that the verifier walks it once. */
__noinline __u64 rttime_of(__u64 signal)
{
	struct longest longest = { .head = signal + bpf_core_field_offset(struct signal_struct, thread_head) };

	longest.node = (__u64)BPF_CORE_READ((struct signal_struct *)signal, thread_head.next);
	LOOP(MOST_RT_THREADS, MOST_RT_THREADS, longest_of_thread, &longest);
	return longest.ticks * config.us_per_tick;
}

#endif
