/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_RTTIME: how long a thread with a real-time policy has run without a pause, in ticks; of
 * a process, the longest of its threads'. The kernel counts it while there is a soft limit, and
 * begins anew when the thread wakes up (watchdog() and enqueue_task_rt() in kernel/sched/rt.c).
 */
#ifndef RLIMIT_EVENTS_RTTIME_H
#define RLIMIT_EVENTS_RTTIME_H

#include "resources/threads.bpf.h"

/* In microseconds. A global function, so that the verifier walks it once. */
__noinline __u64 rttime_of(__u64 signal)
{
	struct walking walking = {};

	begin_walk(&walking, (void *)signal);
	pass_threads(&walking);
	return walking.result * config.us_per_tick;
}

#endif
