/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages come into memory and leave it: by a fault, a system call, or for want of room. In every attach mode. */
#ifndef RLIMIT_EVENTS_RESIDENT_H
#define RLIMIT_EVENTS_RESIDENT_H

#include "subject.h"

/* The count has changed (mm_trace_rss_stat() in mm/memory.c). */
SEC("tp_btf/rss_stat")
int BPF_PROG(rss_changes, struct mm_struct *mm)
{
	struct task_struct *task = current_task();
	struct subject_key key = { .resource = config.resource };
	struct subject *subject;

	if (BPF_CORE_READ(task, mm) == mm) {
		key.tgid = bpf_get_current_pid_tgid() >> 32;
		if (may_be_watched(key.tgid))
			observe_current(key.resource);
		return 0;
	}
	/* The kernel takes pages away, or somebody else's system call. */
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

#endif
