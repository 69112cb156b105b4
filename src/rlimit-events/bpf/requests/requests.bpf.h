/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User space asks by a request and reads the answers: the threads of one process, or of all,
 * are visited (requests/asked.bpf.h).
 */
#ifndef RLIMIT_EVENTS_REQUESTS_H
#define RLIMIT_EVENTS_REQUESTS_H

#include "requests/asked.bpf.h"
#include "hooks/processes.bpf.h"

/* Not 0: there is no room for it. */
static __always_inline long say(reader_t reader, struct task_struct *task, struct answer *answer)
{
	BPF_CORE_READ_STR_INTO(&answer->comm, task, group_leader, comm);
	return write_answer(reader, answer);
}

/* What is asked for, if it can be about this task; NULL: it is about others. */
static __always_inline struct request *request_about(struct task_struct *task)
{
	if (is_exiting(task))
		return NULL;
	if (request.kind == REQUEST_WATCH)
		set_owner();
	if (request.pid && pid_as_owner_sees(group_leader_of(task)) != request.pid)
		return NULL;
	return &request;
}

static __always_inline bool is_first_thread(struct task_struct *task)
{
	struct task_struct *leader = group_leader_of(task);

	return BPF_CORE_READ(leader, pid) == BPF_CORE_READ(task, pid) || is_exiting(leader);
}

/*
 * A process is looked at through its leader or, when that has ended, through another
 * thread. Of those, the threads come one after the other.
 */
static __always_inline bool stands_for_process(struct task_struct *task, const struct request *request)
{
	return is_first_thread(task) && request->reported != tgid_of(task);
}

static __always_inline void note_io_uring(struct task_struct *task, struct subject *subject)
{
	if (!config.misses_io_uring || !BPF_CORE_READ(task, io_uring) || subject->io_uring)
		return;
	subject->io_uring = true;
	spend_all(subject);
}

/* Makes a process that has the requested account known as one of its sharers. */
static __always_inline void link_sharer(struct task_struct *task, __u64 account)
{
	struct subject_key key = { .tgid = tgid_of(task), .resource = config.resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	if (!subject) {
		struct subject fresh = { .budget = -1, .account = account, .tgid = key.tgid };

		if (bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST)) {
			count_loss(LOSS_PROCESSES);
			return;
		}
		enter_slot(key.tgid);
		subject = bpf_map_lookup_elem(&subjects, &key);
		if (!subject)
			return;
		subject->pid = pid_as_owner_sees(group_leader_of(task));
	}
	join_account(subject, account);
}

/*
 * Gives a process its levels, or matches it anew. What it does after the look that the
 * answer tells of is told as an event, and what it did before is in the answer.
 */
static __always_inline long change_as_requested(struct task_struct *task, struct request *request,
						 struct subject_key key, struct answer *answer)
{
	struct change change = { .kinds = matching.kinds };
	long changed;

	if (request->kind == REQUEST_WATCH) {
		change.set = request->set;
		change.undirect = !request->set;
	} else {
		change.type = EVENT_PROCESS_REGROUPED;
		if (request->kind == REQUEST_SETTLE)
			change.kinds = KEEP_MATCHES;
		else
			set_reasons(&change.reasons, group_leader_of(task), request);
	}
	changed = regroup(task, key, &change, answer);
	/* User space asks again, and has those observed to whom something happened meanwhile. */
	if (changed > 0 || changed == -EBUSY)
		request->changed++;
	return changed;
}

/* REQUEST_WATCH, REQUEST_REGROUP and REQUEST_SETTLE. */
static __always_inline void change(struct task_struct *task, reader_t reader)
{
	struct subject_key key = { .resource = config.resource };
	struct request *request = request_about(task);
	EMPTY_ANSWER;
	struct subject *subject;
	long changed;
	__u64 account;

	if (!request)
		return;
	key.tgid = tgid_of(task);
	account = account_of(task);
	if (stands_for_process(task, request)) {
		changed = change_as_requested(task, request, key, answer);
		request->account = account;
		request->references = references_to_account(task);
		if (changed >= 0 ? request->kind == REQUEST_WATCH || have_common(&answer->groups, &request->groups) :
				   request->pid != 0) {
			if (request->pid)
				answer->pid = request->pid;
			answer->error = changed < 0 ? changed : 0;
			if (say(reader, task, answer))
				return;
			request->reported = key.tgid;
		}
	}
	if (account == request->account)
		request->threads++;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (subject && subject->set)
		note_io_uring(task, subject);
}

FOR_TASKS_ASKED_ABOUT(change_task, change)

/* All other requests about processes that are watched. */
static __always_inline void visit(struct task_struct *task, reader_t reader)
{
	struct subject_key key = { .resource = config.resource };
	struct request *request = request_about(task);
	EMPTY_ANSWER;
	struct subject *subject;
	__u64 account;

	if (!request)
		return;
	if (request->kind == REQUEST_WAKE) {
		if (!request->answered)
			wake_reader();
		request->answered = true;
		return;
	}
	key.tgid = tgid_of(task);
	if (request->kind == REQUEST_LINK) {
		account = account_of(task);
		if (account == request->account)
			link_sharer(task, account);
		return;
	}
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return;
	/* The owner keeps its place, which it had in the self-test and which user space has added. */
	if (request->kind == REQUEST_SWEEP && !subject->set && !subject->shared &&
	    key.tgid != bpf_get_current_pid_tgid() >> 32) {
		/* Who has its lock may be about to give it levels. */
		if (!try_lock(subject, key))
			return;
		if (subject->set) {
			unlock(subject, key);
			/* A mark may have been left meanwhile. */
			have_all_observed();
			return;
		}
		if (subject->joined)
			leave_account(key.tgid, key.resource);
		set_answer(answer, subject);
		forget_membership(key.tgid);
		retire(subject, key);
		say(reader, task, answer);
		return;
	}
	if (!subject->set)
		return;
	note_io_uring(task, subject);
	if (request->kind == REQUEST_SWEEP || !stands_for_process(task, request))
		return;
	if (request->kind == REQUEST_SHARED) {
		answer->account = account_of(task);
		if (may_be_shared(task, subject) && !say(reader, task, answer))
			request->reported = key.tgid;
		return;
	}
	observe(task, subject, key, false);
	if (request->kind == REQUEST_REPORT) {
		set_answer(answer, subject);
		if (!say(reader, task, answer))
			request->reported = key.tgid;
	}
}

FOR_TASKS_ASKED_ABOUT(visit_task, visit)

#endif
