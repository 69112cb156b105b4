/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages come into memory and leave it: by a fault, a system call, or for want of room. In every attach mode. */
#ifndef RLIMIT_EVENTS_RESIDENT_H
#define RLIMIT_EVENTS_RESIDENT_H

#include "looks/subject.bpf.h"

/* The count has changed (mm_trace_rss_stat() in mm/memory.c). */
static __always_inline int rss_of_current_changes(void)
{
	if (may_be_watched(bpf_get_current_pid_tgid() >> 32))
		observe_current(config.resource);
	return 0;
}

/* The kernel takes pages away, or somebody else's system call. */
static __always_inline int rss_of_another_changes(struct mm_struct *mm)
{
	struct subject_key key = { .resource = config.resource };
	struct task_struct *task;
	struct subject *subject;

	if (!bpf_core_field_exists(mm->owner))
		return 0;
	task = LOAD(mm, owner);
	if (!task)
		return 0;
	key.tgid = LOAD(task, tgid);
	subject = find_subject(key.tgid);
	if (subject && subject->set)
		observe(task, subject, key, true);
	return 0;
}

static __always_inline bool is_of_current(struct mm_struct *mm)
{
	return BPF_CORE_READ(current_task(), mm) == mm;
}

SEC(TRACEPOINT "rss_stat")
int BPF_PROG(rss_changes, struct mm_struct *mm)
{
	return is_of_current(mm) ? rss_of_current_changes() : rss_of_another_changes(mm);
}

#ifndef LEGACY
/*
 * Where the one above can be preempted. The classic tracepoint has no memory of another; what
 * is skipped of that, the next change of the same memory finds out.
 */
SEC("tracepoint/kmem/rss_stat")
int classic__rss_changes(struct trace_event_raw_rss_stat *context)
{
	return context->curr ? rss_of_current_changes() : 0;
}

SEC(TRACEPOINT "rss_stat")
int BPF_PROG(rss_of_others_changes, struct mm_struct *mm)
{
	return is_of_current(mm) ? 0 : rss_of_another_changes(mm);
}
#endif

#endif
