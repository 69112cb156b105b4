/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages come into memory and leave it: by a fault, a system call, or for want of room. In every attach mode. */
#ifndef RLIMIT_EVENTS_RESIDENT_H
#define RLIMIT_EVENTS_RESIDENT_H

#include "looks/subject.bpf.h"

/* Whether a look has told what there is now, to the process that has this slot, whose change is over. */
static __always_inline bool sees_nothing_new(struct slot *slot, struct mm_struct *mm)
{
#ifdef KEEPS_WHAT_WAS_SEEN
	return LEFT(&slot->budget) == (__s64)memory_in(mm);
#else
	return false;
#endif
}

/* A function of its own, so that nobody else has to keep anything for it. */
static __noinline int rss_of_somebody_like_watched_changes(struct mm_struct *mm, __u32 tgid)
{
	struct slot *slot = slot_of(tgid);

	if (slot->owner == tgid ? !sees_nothing_new(slot, mm) : slot->others)
		observe_current(config.resource);
	return 0;
}

/* The count has changed (mm_trace_rss_stat() in mm/memory.c), or what a CPU keeps of it. */
static __always_inline int rss_of_current_changes(struct mm_struct *mm)
{
	__u32 tgid = tgid_of_current();

	return slot_of(tgid)->taken ? rss_of_somebody_like_watched_changes(mm, tgid) : 0;
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
	return LOAD(current_task(), mm) == mm;
}

SEC(TRACEPOINT "rss_stat")
int BPF_PROG(rss_changes, struct mm_struct *mm)
{
	return is_of_current(mm) ? rss_of_current_changes(mm) : rss_of_another_changes(mm);
}

#ifndef LEGACY
/*
 * Where the one above can be preempted. The classic tracepoint has no memory of another; what
 * is skipped of that, the next change of the same memory finds out.
 */
SEC("tracepoint/kmem/rss_stat")
int classic__rss_changes(struct trace_event_raw_rss_stat *context)
{
	struct mm_struct *mm = LOAD(current_task(), mm);

	return context->curr && mm ? rss_of_current_changes(mm) : 0;
}

SEC(TRACEPOINT "rss_stat")
int BPF_PROG(rss_of_others_changes, struct mm_struct *mm)
{
	return is_of_current(mm) ? 0 : rss_of_another_changes(mm);
}
#endif

#endif
