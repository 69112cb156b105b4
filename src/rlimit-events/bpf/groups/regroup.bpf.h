/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process comes into groups or leaves them, and so gets other levels. What it did until
 * then is told by those it had, what it does from then on by those it has, and between
 * the two is the event that tells of it.
 */
#ifndef RLIMIT_EVENTS_REGROUP_H
#define RLIMIT_EVENTS_REGROUP_H

#include <linux/errno.h>

#ifdef MANY_GROUPS
#include "groups/many-words.bpf.h"
#else
#include "groups/one-word.bpf.h"
#endif
#include "kernel/owner.bpf.h"
#include "looks/subject.bpf.h"

/* What is new about a process. */
struct change {
	__u32 type; /* the event that tells it; 0: none */
	__u32 other; /* of the event */
	__u32 kinds; /* by which it is to be matched */
	__u32 set; /* of its own, in place of what groups give; 0: none */
	bool undirect; /* it has no set of its own any more */
	bool impatient; /* nobody may be waited for where this happens */
	bool shared; /* it has its account, and a seat in it, together with another that is here */
	struct reasons reasons; /* for groups, besides those that it is to be matched for */
};

enum taken {
	TAKEN_KNOWN,
	TAKEN_FRESH,
};

/*
 * Takes the lock of a process's subject, which is made if there is none: whoever comes
 * meanwhile waits for the first look. A global function for the verifier's sake, see
 * looks/levels.bpf.h.
 */
__noinline int take(__u32 tgid, __u32 resource, __u32 pid, __u32 impatient)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct subject fresh = { .budget = -1, .pid = pid, .tgid = tgid };
	long error;

	if (!subject) {
		/* Who is nobody for the owner is not watched. */
		if (!pid)
			return -ENOENT;
		if (!lock_fresh(&fresh, key))
			return -EBUSY;
		error = bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST);
		if (!error) {
			enter_slot(tgid);
			return TAKEN_FRESH;
		}
		unlock(&fresh, key);
		if (error != -EEXIST)
			return -E2BIG;
		subject = bpf_map_lookup_elem(&subjects, &key);
		if (!subject)
			return -ESRCH;
	}
	if (!(impatient ? try_lock(subject, key) : lock(subject, key)))
		return -EBUSY;
	if (subject->tgid == tgid)
		return TAKEN_KNOWN;
	/* It was removed meanwhile, and its element may be another process's by now. */
	unlock(subject, key);
	return -ESRCH;
}

/* What a subject that was removed has for a tgid. */
#define NOBODY ((__u32)-1)

/*
 * Removes a subject. Whoever waits for its lock finds it to be nobody's: so no levels are given
 * to what is not there any more. Lock held; it is given back.
 *
 * True: it is this call that removed it.
 */
static __always_inline bool retire(struct subject *subject, struct subject_key key)
{
	bool is_there = subject->tgid == key.tgid;

	if (is_there) {
		STORE(subject->set, 0);
		STORE(subject->tgid, NOBODY);
	}
	unlock(subject, key);
	if (is_there && !bpf_map_delete_elem(&subjects, &key))
		leave_slot(key.tgid);
	return is_there;
}

/*
 * Where nothing is hot, fields are read by a helper: the verifier takes up to a millisecond
 * for each typed load.
 */
static __always_inline struct task_struct *group_leader_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, group_leader);
}

static __always_inline __u32 tgid_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, tgid);
}

static __always_inline bool is_exiting(struct task_struct *task)
{
	return !BPF_CORE_READ(task, files) || (BPF_CORE_READ(task, flags) & PF_EXITING);
}

/* Whether somebody may have the account of a process whom nobody knows to have it. */
static __always_inline bool may_be_shared(struct task_struct *task, const struct subject *subject)
{
	return !subject->shared && references_to_account(task) > BPF_CORE_READ(task, signal, nr_threads);
}

/*
 * Lock held, and after a look. What is reached of other levels is not told.
 *
 * True: it is in other groups than before.
 */
static __always_inline bool change_groups(struct task_struct *task, struct subject *subject, struct subject_key key,
					  const struct change *change)
{
	__u32 set = subject->set;
	bool calm = is_calm(subject), told;
	struct move move;

	match_anew(&move, task, subject, change->kinds, &change->reasons);
	if (change->set)
		subject->direct = true;
	else if (change->undirect || gives(&change->reasons))
		subject->direct = false;
	if (change->set)
		set = change->set;
	else if (!subject->direct)
		set = set_after(&move, subject);
	if (set != subject->set) {
		if (!subject->set && change->type && may_be_shared(task, subject))
			count_chore(&losses.chores.link);
		subject->set = set;
		subject->reached = find_levels(key.tgid, key.resource);
		/* The budget is of the old levels, and what others did since the look is not in it. */
		if (set)
			spend_all(subject);
		else
			let_alone(subject);
		STORE(subject->overtaken, 1);
	}
	if (change->type == EVENT_PROCESS_REGROUPED)
		told = is_elsewhere(&move) && !subject->direct;
	else
		told = change->type && (move.before || move.after || subject->direct);
	if (told)
		tell_process(change->type, task, subject, key.resource, change->other, calm && is_calm(subject));
	return is_elsewhere(&move);
}

static __always_inline void set_answer(struct answer *answer, const struct subject *subject)
{
	answer->pid = subject->pid;
	answer->value = subject->value;
	answer->limit = subject->limit;
	answer->set = subject->set;
	tell_groups(&answer->groups, subject);
}

enum regrouped {
	SAME_GROUPS,
	OTHER_GROUPS = 1,
	LOOK_AGAIN = 2, /* whoever calls this has to observe the process, see observe() */
};

/*
 * Matches a process anew. The lock is had before it is matched: so an older match never
 * comes after a newer one.
 *
 * Bits of enum regrouped, or negative: -EBUSY, -ESRCH when it is ending, or that the table
 * of subjects is full, which has been counted.
 *
 * @answer: how it is then, if somebody wants to know
 */
static __always_inline long regroup(struct task_struct *task, struct subject_key key, const struct change *change,
				    struct answer *answer)
{
	struct subject *subject;
	long result;
	int taken;
	bool seen;

	if (!bpf_map_lookup_elem(&subjects, &key) &&
	    !(change->set | change->shared | has_some(&change->reasons) | groups_of(task, change->kinds)))
		return 0;
	taken = take(key.tgid, key.resource, pid_as_owner_sees(group_leader_of(task)), change->impatient);
	if (taken == -ENOENT)
		return 0;
	if (taken < 0) {
		/* Who is named by his number is answered. */
		if (taken == -E2BIG && !gives(&change->reasons) && change->type)
			count_loss(LOSS_PROCESSES);
		return taken;
	}
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return -ESRCH;
	STORE(subject->overtaken, 0);
	/* Without levels that could be crossed, where it was is nobody's business. */
	subject->based &= subject->set != 0;
	if (change->shared) {
		subject->account = account_of(task);
		subject->joined = true;
		STORE(subject->shared, 1);
	}
	seen = look(task, subject, key, true);
	result = SAME_GROUPS;
	if (seen) {
		if (config.misses_io_uring && BPF_CORE_READ(task, io_uring))
			subject->io_uring = true;
		if (change_groups(task, subject, key, change))
			result |= OTHER_GROUPS;
		if (answer)
			set_answer(answer, subject);
	}
	/* If it is ending, its end may have been told before the subject was there. */
	if (!seen && taken == TAKEN_FRESH)
		retire(subject, key);
	else
		unlock(subject, key);
	if (seen)
		return subject->overtaken ? result | LOOK_AGAIN : result;
	/* Or its threads end so fast that nobody could add them up. */
	return is_cpu() && !(BPF_CORE_READ(task, flags) & PF_EXITING) ? -EBUSY : -ESRCH;
}

/* For the hooks, which nobody asks again. The task is the current one, or has not run yet. */
static __always_inline long regroup_here(struct task_struct *task, struct subject_key key,
					 const struct change *change)
{
	long result = regroup(task, key, change, NULL);

	/* Others of its user went on meanwhile. */
	if (is_of_user() && result > 0 && result & LOOK_AGAIN)
		observe_member(key.tgid, account_of(task));

	if (result == -EBUSY || (result == -ESRCH && BPF_CORE_READ(task, signal, live.counter) > 0))
		count_chore(&losses.chores.match);
	return result;
}

#endif
