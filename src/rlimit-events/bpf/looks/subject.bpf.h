/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counting core. A subject remembers which levels it had reached when it was last
 * looked at; looking again tells the difference. So the events of one subject are one
 * unbroken way, and up and down alternate on each level.
 */
#ifndef RLIMIT_EVENTS_SUBJECT_H
#define RLIMIT_EVENTS_SUBJECT_H

#include "core/budgets.bpf.h"
#include "resources/resource.bpf.h"
#include "together/sharers.bpf.h"
#include "looks/telling.bpf.h"

/*
 * How often the holder of a lock looks again for others who could not wait for it: each of
 * them has waited longer than a look takes, so that they seldom come twice.
 */
#define MOST_ROUNDS 2
#define MOST_OBSERVATIONS 32

#define MOST_STEPS (1ULL << 32)

/* Goes to a value and a limit, and tells the levels on the way there. Lock held. */
static __always_inline void move_to(struct subject *subject, struct subject_key key, __u64 value, __u64 limit)
{
	__u64 old_value = subject->value, old_limit = subject->limit, old_reached = subject->reached;
	bool told = subject->based;

	subject->value = value;
	subject->limit = limit;
	subject->based = true;
	subject->reached = find_levels(key.tgid, key.resource);
	if (!told)
		return;
	if (limit != old_limit)
		tell_limit(key.tgid, key.resource, old_limit);
	if (subject->reached & ~old_reached)
		tell_crossings(key.tgid, key.resource, subject->reached & ~old_reached, DIRECTION_UP);
	if (old_reached & ~subject->reached)
		tell_crossings(key.tgid, key.resource, old_reached & ~subject->reached, DIRECTION_DOWN);
	if (value != old_value)
		tell_steps(key.tgid, key.resource, old_value);
}

static __always_inline void arrive(struct subject *subject, struct subject_key key, __u64 value, __u64 limit)
{
	if (subject->based && limit == subject->limit && value >= subject->low && value < subject->high)
		subject->value = value;
	else
		move_to(subject, key, value, limit);
}

/* How many steps of one cannot cross a level from here. */
static __always_inline __s64 steps_left(const struct subject *subject)
{
	__u64 up = subject->high - subject->value;
	__u64 down = subject->low ? subject->value - subject->low + 1 : MOST_STEPS;
	__u64 steps = up < down ? up : down;

	if (!has_budgets())
		return MOST_STEPS;
	if (subject->shared)
		return -1;
	/* Nobody asks where it is. */
	if (!subject->set)
		return MOST_STEPS;
	if (subject->io_uring)
		return -1;
	return (steps < MOST_STEPS ? steps : MOST_STEPS) - 1;
}

/*
 * A process that is not watched any more keeps its place in the table, and is not to pay for that. What it does is looked at
 * for those who share its account only: each of them says that it is shared before he spends its budget.
 */
static __always_inline void let_alone(struct subject *subject)
{
	__s64 *budget = budget_of(subject);

	STORE(*budget, MOST_STEPS);
	if (subject->shared)
		*budget = -1;
}

/*
 * Whether a task's account is its process's: the leader's, as in /proc/PID/fd. A thread
 * can have another table (unshare(2)). When the leader has ended it is the one it had.
 */
static __always_inline bool is_of_process(struct task_struct *task, __u64 account, const struct subject *subject)
{
	__u64 leaders;

#ifdef KNOWS_TYPES
	/* Of the leader itself it has just been asked. By helpers it would be as dear, and the stack has no room for it. */
	if (LOAD(task, pid) == LOAD(task, tgid))
		return true;
#endif
	leaders = account_of(BPF_CORE_READ(task, group_leader));
	return leaders ? leaders == account : !subject->account || subject->account == account;
}

/*
 * Of what is told more often than its number changes, the budget is what the last look has seen. A look takes that away
 * before it reads, and leaves what it has read when all of that is told; if somebody has spent the budget meanwhile, it
 * stays spent. So whoever has changed something, and then asks for what was seen and reads the same, has nothing to
 * look for (hooks/resident.bpf.h): a look that has not told what he reads has not read it yet, or leaves him nothing.
 */
#define LOOKING (-2LL)
/* What no number is: who has an account with others looks for all of them, each time. */
#define NOT_KEPT (1LL << 62)

static __always_inline __s64 begin_look(__s64 *budget)
{
#ifdef KEEPS_WHAT_WAS_SEEN
	if (is_told_in_vain())
		return STORE(*budget, LOOKING);
#endif
	/*
	 * The steps that others take from here on are subtracted from what is added at the end,
	 * whether this look sees them already or not.
	 */
	return LEFT(budget);
}

static __always_inline void end_look(const struct subject *subject, __s64 *budget, __s64 left)
{
#ifdef KEEPS_WHAT_WAS_SEEN
	if (is_told_in_vain()) {
		__sync_val_compare_and_swap(budget, LOOKING,
					    subject->shared ? NOT_KEPT : (__s64)subject->value);
		return;
	}
#endif
	ADD(*budget, steps_left(subject) - left);
}

/*
 * Takes one look and tells what was crossed since the last. Lock held: so an older look
 * is never told after a newer one. The task is one of the subject's process (`own`), or
 * of another with the same account.
 *
 * False: it is not the account, or the task has given it up meanwhile. Nothing was told.
 */
static __always_inline bool look(struct task_struct *task, struct subject *subject, struct subject_key key,
				 bool own)
{
	__s64 *budget = budget_of(subject), left = begin_look(budget);
	__u64 account = account_of(task);
	/* Here, where few ways lead: see `LOAD`. */
	struct signal_struct *signal = LOAD(task, signal);
	__u64 value, limit;

	if (!account || subject->tgid != key.tgid)
		return false;
	value = value_of(task);
	if (value == UNSEEN || account_of(task) != account || (LOAD(task, flags) & PF_EXITING))
		return false;
	if (own) {
		if (!is_of_process(task, account, subject))
			return false;
		limit = limit_of(signal);
		if (subject->joined && subject->account != account)
			leave_account(key.tgid, key.resource);
		subject->account = account;
		if (is_of_user() && !subject->joined) {
			become_member(account, key.tgid);
			subject->joined = true;
			/* What anybody has done until then, nobody looked at for this one. */
			value = use_by_user(account);
		}
	} else {
		if (subject->account != account)
			return false;
		limit = subject->limit;
	}
	arrive(subject, key, value, limit);
	end_look(subject, budget, left);
	/* The subject is gone meanwhile: whoever has the slot looks once more. */
	if (budget != budget_of(subject))
		*budget = -1;
	/*
	 * Steps were taken during this look, and more than are left now. Who took them has
	 * compared with the old budget, and gone: they are for the holder to look at.
	 */
	if (*budget < 0 && !subject->io_uring && !subject->shared)
		STORE(subject->overtaken, 1);
	return true;
}

/*
 * Looks now. Whoever cannot have the lock leaves a mark, and its holder looks once more:
 * nobody's change goes unseen.
 *
 * @changed: since somebody may have changed something, and not since user space asks
 *
 * True: the mark is there again, and this should be called again.
 */
static __always_inline bool observe_or_mark(struct task_struct *task, struct subject *subject, struct subject_key key,
					    bool own, bool changed)
{
	if (!lock(subject, key)) {
		STORE(subject->overtaken, 1);
		if (!try_lock(subject, key)) {
			/*
			 * Its holder is not at work, or he would have ended long ago: his processor was taken
			 * away by a hypervisor, or he was preempted, as an iterator's program can be. When he
			 * goes on he looks again, but what is undone by then he does not see.
			 */
			if (is_of_user() || subject->shared)
				/* He may look for an account, and not see that the process has another one or another limit. */
				have_all_observed();
			if (changed)
				count_loss(LOSS_LOCK);
			return false;
		}
	}
	for (int round = 0; round < MOST_ROUNDS; round++) {
		STORE(subject->overtaken, 0);
		look(task, subject, key, own);
		unlock(subject, key);
		if (!subject->overtaken || !try_lock(subject, key))
			return false;
	}
	/* Until this is called again, the next one has to look. */
	spend_all(subject);
	unlock(subject, key);
	return true;
}

/* The same for who does not look again: where that should be, user space does. */
static __always_inline void observe(struct task_struct *task, struct subject *subject, struct subject_key key,
				    bool changed)
{
	if (observe_or_mark(task, subject, key, true, changed))
		have_all_observed();
}

/* A global function, see looks/levels.bpf.h. */
__noinline int observe_by_current(__u32 tgid, __u32 resource, __u32 own)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	if (!subject || !subject->set)
		return 0;
	return observe_or_mark(current_task(), subject, key, own, true);
}

/*
 * Looks at a process that has the current task's account, until nobody is left to look for.
 * In a loop without a helper, whose function would take its share of the stack.
 */
__noinline int observe_until_calm(__u32 tgid, __u32 resource, __u32 own)
{
	for (int i = 0; i < MOST_OBSERVATIONS; i++)
		if (!observe_by_current(tgid, resource, own))
			return 0;
	have_all_observed();
	return 0;
}

/* Observes the current process, and whoever has its account, too. */
__noinline int observe_current(__u32 resource)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 tgid = thread >> 32;
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject;

	/* Who ends closes only a table that nobody else has (put_files_struct() in fs/file.c). */
	if (LOAD(current_task(), flags) & PF_EXITING)
		return 0;
	observe_until_calm(tgid, resource, true);
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return 0;
	/* A thread with an account of its own is not looked at, and may have set the limit, which is the process's. */
	if (subject->set && (__u32)thread != tgid && limit_of(LOAD(current_task(), signal)) != subject->limit)
		have_all_observed();
	if (!subject->shared)
		return 0;
	for (__u32 seat = 0; seat < MAX_SHARERS; seat++) {
		__u32 sharer = sharer_at(subject->account, seat);

		if (sharer && sharer != tgid)
			observe_until_calm(sharer, resource, false);
	}
	return 0;
}

/* Of a process that may have no slot. */
__noinline int spend_of_subject(__u32 tgid, __u32 resource, __u32 weight)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	return subject && spend(&subject->budget, weight);
}

/* A process, which has this slot, changed something by at most so much. True: a level may have been crossed. */
static __always_inline bool runs_out_in(struct slot *slot, __u32 tgid, __u32 resource, __u32 weight)
{
	return slot->owner == tgid ? spend(&slot->budget, weight) :
				     slot->others && spend_of_subject(tgid, resource, weight);
}

static __always_inline bool runs_out(__u32 tgid, __u32 resource, __u32 weight)
{
	return runs_out_in(slot_of(tgid), tgid, resource, weight);
}

/* The same of the current process. */
static __always_inline void change_by(struct slot *slot, __u32 tgid, __u32 resource, __u32 weight)
{
	if (runs_out_in(slot, tgid, resource, weight))
		observe_current(resource);
}

static __always_inline struct subject *find_subject(__u32 tgid)
{
	struct subject_key key = { .tgid = tgid, .resource = config.resource };

	return may_be_watched(tgid) ? bpf_map_lookup_elem(&subjects, &key) : NULL;
}

/*
 * Somebody changed what the user of a process has. Not to be waited for: this may have
 * interrupted who holds the lock, and he looks again.
 */
__noinline int observe_member(__u32 tgid, __u64 account)
{
	struct subject_key key = { .tgid = tgid, .resource = config.resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	bool is_marked;

	if (!subject || !subject->set)
		return 0;
	for (int round = 0; round < MOST_OBSERVATIONS; round++) {
		if (!try_lock(subject, key)) {
			STORE(subject->overtaken, 1);
			if (!try_lock(subject, key))
				return 0;
		}
		is_marked = TAKE(subject->overtaken);
		if (subject->tgid == tgid && subject->account == account)
			arrive(subject, key, use_by_user(account), subject->limit);
		else if (is_marked)
			/* For the account that it has by now, whose numbers may be gone while it changes. */
			have_all_observed();
		unlock(subject, key);
		if (!subject->overtaken)
			return 0;
	}
	have_all_observed();
	return 0;
}

struct observing {
	__u64 account;
	__u32 known; /* how many members had come until then, with those who have left */
	__u32 left; /* of whom there were, and of newcomers, to be found */
};

/*
 * Whoever has come meanwhile may have a seat before those of others. To be called after who has the seat was looked at,
 * which orders the two: so who has one is among the newcomers that are read here.
 */
static __always_inline void look_for_newcomers(struct observing *observing)
{
	__u32 come = members_come(count_of_members(observing->account));

	observing->left += come - observing->known;
	observing->known = come;
}

LOOP_BODY observe_seat(__u32 seat, void *context)
{
	struct observing *observing = context;
	__u32 tgid;

	if (!observing->left)
		return 1;
	tgid = sharer_at(observing->account, seat);
	if (!tgid)
		return 0;
	observe_member(tgid, observing->account);
	look_for_newcomers(observing);
	observing->left--;
	return 0;
}

/* Observes everybody who has an account, which is that of a task that is there. */
__noinline int observe_account(__u64 account)
{
	__u64 count = count_of_members(account);
	struct observing observing = {
		.account = account,
		.known = members_come(count),
		.left = members_there(count),
	};

	if (!observing.left)
		return 0;
	LOOP(MAX_MEMBERS, MAX_MEMBERS, observe_seat, &observing);
	return 0;
}

#endif
