/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes come and go. Attached in every mode. */
#ifndef RLIMIT_EVENTS_PROCESSES_H
#define RLIMIT_EVENTS_PROCESSES_H

#include "subject.h"

/* The pid namespace of the descriptor's owner: how deep it lies, and which it is. */
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

/* The set that a process's child gets. */
static __always_inline __u32 inherited_set(__u32 number)
{
	struct level_set *set = bpf_map_lookup_elem(&level_sets, &number);

	return set ? set->inherited : 0;
}

/* The child exists but has not run: nothing of it goes unseen. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_forks, struct task_struct *parent, struct task_struct *child)
{
	struct subject_key key = { .tgid = LOAD(child, tgid), .resource = RESOURCE_NOFILE };
	__u32 parent_tgid = LOAD(parent, tgid);
	struct subject *subject = find_subject(parent_tgid);
	struct subject fresh = { .budget = -1 };
	__u64 files;
	__u32 parent_pid;

	if (!subject || key.tgid == parent_tgid)
		return 0;
	parent_pid = subject->pid;
	files = (__u64)BPF_CORE_READ(child, files);
	fresh.shared = files == (__u64)BPF_CORE_READ(parent, files);
	fresh.set = inherited_set(subject->set);
	if (!fresh.set && !fresh.shared)
		return 0;
	fresh.tgid = key.tgid;
	fresh.pid = pid_as_owner_sees(child);
	fresh.files = files;
	if (bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST)) {
		count_lost_child();
		return 0;
	}
	filter_add(key.tgid, 1);
	if (fresh.shared) {
		subject->shared = true;
		subject->files = files;
		subject->budget = -1;
		join_table(files, parent_tgid);
		join_table(files, key.tgid);
	}
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject || !fresh.set)
		return 0;
	observe(child, subject, key, true);
	tell_process(EVENT_PROCESS_STARTED, child, subject, key.resource, parent_pid);
	return 0;
}

/* The descriptors to be closed on exec are closed, the table is nobody else's, and the name is set. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_executes, struct task_struct *task)
{
	__u32 tgid = LOAD(task, tgid);
	struct subject *subject = find_subject(tgid);

	if (!subject)
		return 0;
	if (subject->shared) {
		leave_table(subject->files, tgid);
		subject->shared = false;
	}
	if (!subject->set)
		return 0;
	observe_current(tgid, RESOURCE_NOFILE);
	tell_process(EVENT_PROCESS_EXECUTED, task, subject, RESOURCE_NOFILE, 0);
	return 0;
}

/* Called for each thread; the process ends with its last one. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_ends, struct task_struct *task)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = RESOURCE_NOFILE };
	struct signal_struct *signal = LOAD(task, signal);
	struct subject *subject, last;

	if (LOAD(signal, live.counter) || !may_be_watched(key.tgid))
		return 0;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return 0;
	last = *subject;
	/* Two threads that end at once may both find themselves the last. */
	if (bpf_map_delete_elem(&subjects, &key))
		return 0;
	filter_add(key.tgid, -1);
	if (last.shared)
		leave_table(last.files, key.tgid);
	if (last.set)
		tell_process(EVENT_PROCESS_ENDED, task, &last, key.resource, 0);
	return 0;
}

#endif
