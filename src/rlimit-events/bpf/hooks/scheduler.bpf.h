/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler charges time to a task: at each tick, and at each switch to another; and counts
 * ticks of who has a real-time policy. In every attach mode.
 */
#ifndef RLIMIT_EVENTS_SCHEDULER_H
#define RLIMIT_EVENTS_SCHEDULER_H

#include "looks/subject.bpf.h"

/*
 * The lock of a run queue is held and interrupts are off, so that nobody is waited for: the
 * holder may be whom this has interrupted. The next tick looks again.
 */
static __always_inline void observe_if_free(struct task_struct *task, struct subject_key key)
{
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	if (!subject || !subject->set)
		return;
	if (!try_lock(subject, key)) {
		STORE(subject->overtaken, 1);
		return;
	}
	STORE(subject->overtaken, 0);
	look(task, subject, key, true);
	unlock(subject, key);
}

/*
 * The task may run on another CPU than this. It comes at each tick as well, after the tick was
 * counted and before the kernel compares it with the limit (update_process_times() in
 * kernel/time/timer.c): so a level is told before that. A tick is counted whole, however little of
 * it the task has run; where time is not sampled but measured, it grows by what has run.
 */
SEC(TRACEPOINT "sched_stat_runtime")
int BPF_PROG(runtime_grows, struct task_struct *task, __u64 runtime)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = config.resource };

	if (runs_out(key.tgid, key.resource, runtime / NS_PER_US + config.us_per_tick + 1))
		observe_if_free(task, key);
	return 0;
}

/* A timer has expired on this CPU. It may have been that of the tick, which counts for who runs here. */
SEC(TRACEPOINT "hrtimer_expire_exit")
int tick_has_passed(void *context)
{
	struct subject_key key = { .tgid = bpf_get_current_pid_tgid() >> 32, .resource = config.resource };

	if (may_be_watched(key.tgid))
		observe_if_free(current_task(), key);
	return 0;
}

/* It begins anew. */
SEC(TRACEPOINT "sched_wakeup")
int BPF_PROG(thread_wakes_up, struct task_struct *task)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = config.resource };

	if (may_be_watched(key.tgid))
		observe_if_free(task, key);
	return 0;
}

#endif
