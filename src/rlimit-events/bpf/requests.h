/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User space asks by a request and reads the answers: the task iterator visits the
 * threads of one process, or of all.
 */
#ifndef RLIMIT_EVENTS_REQUESTS_H
#define RLIMIT_EVENTS_REQUESTS_H

#include <linux/errno.h>

#include "processes.h"

/* Not 0: the buffer is full, and the iterator will come to the same task again. */
static __always_inline long answer(struct seq_file *seq, struct task_struct *leader, const struct subject *subject,
				   __u32 pid, __s32 error)
{
	struct answer answer = { .pid = pid, .error = error, .resource = RESOURCE_NOFILE };

	answer.value = subject->value;
	answer.limit = subject->limit;
	answer.set = subject->set;
	BPF_CORE_READ_STR_INTO(&answer.comm, leader, comm);
	return bpf_seq_write(seq, &answer, sizeof(answer));
}

static __always_inline void forget(struct subject_key key)
{
	if (!bpf_map_delete_elem(&subjects, &key))
		filter_add(key.tgid, -1);
}

/*
 * Gives a process its levels. Whatever it does after the look that the answer tells of
 * is told as an event, and what it did before is in the answer.
 */
static __always_inline long watch(struct task_struct *task, const struct request *request, struct subject *result)
{
	struct subject_key key = { .tgid = task->tgid, .resource = request->resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	bool seen;

	if (!subject) {
		/* Locked from the start: whoever comes meanwhile waits for the first look. */
		struct subject fresh = {
			.budget = -1,
			.set = request->set,
			.pid = request->pid,
			.tgid = key.tgid,
		};
		long error;

		if (!lock_fresh(&fresh, key))
			return -EBUSY;
		error = bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST);
		subject = bpf_map_lookup_elem(&subjects, &key);
		if (error || !subject) {
			unlock(&fresh, key);
			return error ? error : -ESRCH;
		}
		filter_add(key.tgid, 1);
	} else if (!lock(subject, key)) {
		return -EBUSY;
	}
	seen = look(task, subject, key, true);
	if (seen && subject->set != request->set) {
		subject->set = request->set;
		subject->based = false;
		move_to(subject, key, subject->value, subject->limit);
		/* What others did since the look is not in it, and the budget is of the old levels. */
		STORE(subject->overtaken, 1);
	}
	*result = *subject;
	unlock(subject, key);
	/* Whoever could not wait for this has left a mark, see observe(). */
	if (seen && subject->overtaken)
		observe(task, subject, key, true);
	if (seen)
		return 0;
	/* It is ending, and its end may have been told before the subject was there. */
	forget(key);
	return -ESRCH;
}

/* Makes a process that has the requested table known as one of its sharers. */
static __always_inline void link_sharer(struct task_struct *task, __u64 files)
{
	struct subject_key key = { .tgid = task->tgid, .resource = RESOURCE_NOFILE };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	if (!subject) {
		struct subject fresh = { .budget = -1, .files = files, .tgid = key.tgid };

		if (bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST)) {
			count_lost_child();
			return;
		}
		filter_add(key.tgid, 1);
		subject = bpf_map_lookup_elem(&subjects, &key);
		if (!subject)
			return;
		subject->pid = pid_as_owner_sees(task->group_leader);
	}
	subject->shared = true;
	subject->budget = -1;
	join_table(files, key.tgid);
}

static __always_inline bool is_exiting(struct task_struct *task)
{
	return !task->files || (task->flags & PF_EXITING);
}

SEC("iter/task")
int visit_task(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task, *leader;
	struct subject_key key = { .resource = RESOURCE_NOFILE };
	struct seq_file *seq = context->meta->seq;
	struct subject *subject, result = {};
	struct request *request;
	__u32 zero = 0;
	__u64 files;
	long error;

	request = bpf_map_lookup_elem(&requests, &zero);
	if (!task || !request || is_exiting(task))
		return 0;
	leader = task->group_leader;
	files = (__u64)BPF_CORE_READ(task, files);
	/* A process is looked at through its leader or, when that has ended, through another thread. */
	if (request->kind == REQUEST_WATCH) {
		set_owner();
		if (pid_as_owner_sees(leader) != request->pid)
			return 0;
		if (!request->answered && (task == leader || is_exiting(leader))) {
			error = watch(task, request, &result);
			request->answered = true;
			request->files = files;
			request->references = task->files->count.counter;
			answer(seq, leader, &result, request->pid, error);
		}
		if (files == request->files)
			request->threads++;
	} else if (request->pid && pid_as_owner_sees(leader) != request->pid) {
		return 0;
	}
	if (request->kind == REQUEST_LINK) {
		if (files == request->files)
			link_sharer(task, files);
		return 0;
	}
	key.tgid = task->tgid;
	subject = bpf_map_lookup_elem(&subjects, &key);
	/* The owner keeps its place, which it had in the self-test and which user space has added. */
	if (request->kind == REQUEST_SWEEP && subject && !subject->set && !subject->shared &&
	    key.tgid != bpf_get_current_pid_tgid() >> 32) {
		result = *subject;
		forget(key);
		answer(seq, leader, &result, result.pid, 0);
		return 0;
	}
	if (!subject || !subject->set)
		return 0;
	if (config.misses_io_uring && task->io_uring && !subject->io_uring) {
		subject->io_uring = true;
		subject->budget = -1;
	}
	if (request->kind == REQUEST_WATCH || request->kind == REQUEST_SWEEP ||
	    (task != leader && !is_exiting(leader)))
		return 0;
	/* Of a process whose leader has ended, the threads come one after the other. */
	if (request->reported == key.tgid)
		return 0;
	observe(task, subject, key, true);
	if (request->kind == REQUEST_REPORT) {
		result = *subject;
		if (!answer(seq, leader, &result, result.pid, 0))
			request->reported = key.tgid;
	}
	return 0;
}

#endif
