/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counting core. A subject remembers which levels it had reached when it was last
 * looked at; looking again tells the difference. So the events of one subject are one
 * unbroken way, and up and down alternate on each level.
 */
#ifndef RLIMIT_EVENTS_SUBJECT_H
#define RLIMIT_EVENTS_SUBJECT_H

#include "budgets.h"
#include "resource.h"
#include "sharers.h"

/*
 * How often the holder of a lock looks again for others who could not wait for it: each of
 * them has waited longer than a look takes, so that they seldom come twice.
 */
#define MOST_ROUNDS 2
#define MOST_OBSERVATIONS 32

#define MOST_STEPS (1ULL << 32)
/* A level that no value reaches. Every other number here is smaller. */
#define NEVER (1ULL << 62)
/* Taken for the limit of the unlimited: any share of it is more than any value. */
#define UNLIMITED (10000ULL << 48)

static __always_inline __u64 level_at(const struct level *level, __u64 limit)
{
	/* limit * share would overflow for the largest limits */
	return level->value + limit / 10000 * level->share +
	       (limit % 10000 * level->share + level->rounding) / 10000;
}

/* Empty but for its type, the resource and the time. NULL: it is lost, and counted as such. */
static __always_inline struct event *new_event(__u32 type, __u32 resource)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_lost_event();
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->type = type;
	event->resource = resource;
	event->time = bpf_ktime_get_ns();
	return event;
}

static __always_inline __u64 groups_in(const struct subject *subject)
{
	return subject->own | subject->given | subject->inherited;
}

static __always_inline __u64 groups_told(const struct subject *subject)
{
	return subject->direct ? 0 : groups_in(subject);
}

static __always_inline struct event *new_event_of(const struct subject *subject, __u32 type, __u32 resource)
{
	struct event *event = new_event(type, resource);

	if (!event)
		return NULL;
	event->pid = subject->pid;
	event->value = subject->value;
	event->limit = subject->limit;
	event->set = subject->set;
	event->groups = groups_told(subject);
	return event;
}

static __always_inline void tell_process(__u32 type, struct task_struct *task, const struct subject *subject,
				    __u32 resource, __u32 other)
{
	struct event *event = new_event_of(subject, type, resource);

	if (!event)
		return;
	event->other = other;
	BPF_CORE_READ_STR_INTO(&event->comm, task, group_leader, comm);
	bpf_ringbuf_submit(event, 0);
}

/*
 * From here to move_to(): global functions, which take numbers only and look the subject
 * up again. That costs a look-up for a crossing, which is rare, and lets the verifier
 * walk each loop once, so that loading takes milliseconds and not a second.
 */
__noinline int tell_level(__u32 tgid, __u32 resource, __u32 index, __u32 direction)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct level_set *set = subject ? bpf_map_lookup_elem(&level_sets, &subject->set) : NULL;
	struct event *event;

	if (!set || index >= MAX_LEVELS)
		return 0;
	event = new_event_of(subject, EVENT_LEVEL, resource);
	if (!event)
		return 0;
	event->other = direction;
	event->index = index;
	event->level = level_at(&set->levels[index],
				subject->limit == RLIM_INFINITY ? UNLIMITED : subject->limit);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

__noinline int tell_limit(__u32 tgid, __u32 resource, __u64 old_limit)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct event *event;

	if (!subject)
		return 0;
	event = new_event_of(subject, EVENT_LIMIT_CHANGED, resource);
	if (!event)
		return 0;
	event->level = old_limit;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

struct telling {
	__u64 crossed; /* a bit for each level */
	__u32 tgid;
	__u32 resource;
	__u32 direction;
};

LOOP_BODY tell_if_crossed(__u32 i, void *context)
{
	const struct telling *telling = context;
	__u32 index = telling->direction == DIRECTION_UP ? i : MAX_LEVELS - 1 - i;

	if (telling->crossed >> index & 1)
		tell_level(telling->tgid, telling->resource, index, telling->direction);
	return 0;
}

/* User space sorts the levels: upwards the lowest is told first, downwards the highest. */
__noinline int tell_crossings(__u32 tgid, __u32 resource, __u64 crossed, __u32 direction)
{
	struct telling telling = {
		.crossed = crossed,
		.tgid = tgid,
		.resource = resource,
		.direction = direction,
	};

	LOOP(MAX_LEVELS, MAX_LEVELS, tell_if_crossed, &telling);
	return 0;
}

/* The multiples of the step between the old value and the present one, in one event. */
__noinline int tell_steps(__u32 tgid, __u32 resource, __u64 old_value)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct level_set *set = subject ? bpf_map_lookup_elem(&level_sets, &subject->set) : NULL;
	struct event *event;
	__u64 before, now;

	if (!set || !set->step)
		return 0;
	before = old_value / set->step;
	now = subject->value / set->step;
	if (before == now)
		return 0;
	event = new_event_of(subject, EVENT_STEP, resource);
	if (!event)
		return 0;
	event->other = now > before ? DIRECTION_UP : DIRECTION_DOWN;
	event->crossed = now > before ? now - before : before - now;
	event->level = (now > before ? now : now + 1) * set->step;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* For numbers below 2^63. The barrier keeps the compiler from making a branch of it. */
static __always_inline __u64 ones_if_less(__u64 a, __u64 b)
{
	__u64 ones = (__s64)(a - b) >> 63;

	barrier_var(ones);
	return ones;
}

struct finding {
	const struct level_set *set;
	__u64 value;
	__u64 limit;
	__u64 reached;
	__u64 low;
	__u64 high;
};

/*
 * Without branches, of which the verifier would follow both sides at each level anew, and
 * without calling anything: before 6.4 it would then take every number for precise.
 */
LOOP_BODY find_level(__u32 i, void *context)
{
	struct finding *finding = context;
	__u64 level, above, candidate;

	if (i >= MAX_LEVELS)
		return 1;
	level = level_at(&finding->set->levels[i], finding->limit);
	above = ones_if_less(finding->value, level);
	finding->reached |= 1ULL << i & ~above;
	candidate = level & ~above;
	finding->low += (candidate - finding->low) & ones_if_less(finding->low, candidate);
	candidate = (level & above) | (NEVER & ~above);
	finding->high += (candidate - finding->high) & ones_if_less(candidate, finding->high);
	return 0;
}

/* The levels that are not above the value, a bit for each; and the nearest below and above. */
__noinline __u64 find_levels(__u32 tgid, __u32 resource)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct level_set *set = subject ? bpf_map_lookup_elem(&level_sets, &subject->set) : NULL;
	struct finding finding = { .high = NEVER };

	if (!set)
		return 0;
	finding.set = set;
	finding.value = subject->value;
	finding.limit = subject->limit == RLIM_INFINITY ? UNLIMITED : subject->limit;
	if (set->step) {
		finding.low = subject->value - subject->value % set->step;
		finding.high = finding.low + set->step;
	}
	LOOP(MAX_LEVELS, set->count, find_level, &finding);
	subject->low = finding.low;
	subject->high = finding.high;
	return finding.reached;
}

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

/* How many steps of one cannot cross a level from here. */
static __always_inline __s64 steps_left(const struct subject *subject)
{
	__u64 up = subject->high - subject->value;
	__u64 down = subject->low ? subject->value - subject->low + 1 : MOST_STEPS;
	__u64 steps = up < down ? up : down;

	if (!has_budgets())
		return MOST_STEPS;
	if (subject->io_uring || subject->shared)
		return -1;
	return (steps < MOST_STEPS ? steps : MOST_STEPS) - 1;
}

/*
 * Whether a task's account is its process's: the leader's, as in /proc/PID/fd. A thread
 * can have another table (unshare(2)). When the leader has ended it is the one it had.
 */
static __always_inline bool is_of_process(struct task_struct *task, __u64 account, const struct subject *subject)
{
	struct task_struct *leader = LOAD(task, group_leader);
	__u64 leaders = account_of(leader);

	return leaders ? leaders == account : !subject->account || subject->account == account;
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
	/*
	 * The steps that others take from here on are subtracted from what is added below,
	 * whether this look sees them already or not.
	 */
	__s64 *budget = budget_of(subject), left = LEFT(budget);
	__u64 account = account_of(task);
	__u64 value, limit;

	if (!account || subject->tgid != key.tgid)
		return false;
	value = value_of(task);
	if (account_of(task) != account || (LOAD(task, flags) & PF_EXITING))
		return false;
	if (own) {
		if (!is_of_process(task, account, subject))
			return false;
		limit = limit_of(LOAD(task, signal));
		if (subject->joined && subject->account != account)
			leave_account(key.tgid, key.resource);
		subject->account = account;
	} else {
		if (subject->account != account)
			return false;
		limit = subject->limit;
	}
	if (subject->based && limit == subject->limit && value >= subject->low && value < subject->high)
		subject->value = value;
	else
		move_to(subject, key, value, limit);
	__sync_fetch_and_add(budget, steps_left(subject) - left);
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
 * True: the mark is there again, and this should be called again.
 */
static __always_inline bool observe(struct task_struct *task, struct subject *subject, struct subject_key key,
				    bool own)
{
	if (!lock(subject, key)) {
		STORE(subject->overtaken, 1);
		if (!try_lock(subject, key))
			return false;
	}
	for (int round = 0; round < MOST_ROUNDS; round++) {
		STORE(subject->overtaken, 0);
		look(task, subject, key, own);
		unlock(subject, key);
		if (!subject->overtaken || !try_lock(subject, key))
			return false;
	}
	/* If nobody calls this again, the next one has to look. */
	spend_all(subject);
	unlock(subject, key);
	return true;
}

/* A global function, see above. */
__noinline int observe_by_current(__u32 tgid, __u32 resource, __u32 own)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);

	if (!subject || !subject->set)
		return 0;
	return observe(current_task(), subject, key, own);
}

/*
 * Looks at a process that has the current task's account, until nobody is left to look for.
 * In a loop without a helper, whose function would take its share of the stack.
 */
__noinline int observe_until_calm(__u32 tgid, __u32 resource, __u32 own)
{
	for (int i = 0; i < MOST_OBSERVATIONS; i++)
		if (!observe_by_current(tgid, resource, own))
			break;
	return 0;
}

/* Observes the current process, and whoever has its account, too. */
__noinline int observe_current(__u32 resource)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject;

	/* Who ends closes only a table that nobody else has (put_files_struct() in fs/file.c). */
	if (LOAD(current_task(), flags) & PF_EXITING)
		return 0;
	observe_until_calm(tgid, resource, true);
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject || !subject->shared)
		return 0;
	for (__u32 slot = 0; slot < MAX_SHARERS; slot++) {
		__u32 sharer = sharer_at(subject->account, slot);

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

/* The current process, which has this tgid, changed something by at most so much. */
static __always_inline void change_by(__u32 tgid, __u32 resource, __u32 weight)
{
	struct slot *slot = slot_of(tgid);

	if (slot->owner == tgid ? spend(&slot->budget, weight) :
				  slot->others && spend_of_subject(tgid, resource, weight))
		observe_current(resource);
}

static __always_inline struct subject *find_subject(__u32 tgid)
{
	struct subject_key key = { .tgid = tgid, .resource = config.resource };

	return may_be_watched(tgid) ? bpf_map_lookup_elem(&subjects, &key) : NULL;
}

/* Somebody set another's limit. Whose it was, the task iterator finds out. */
static __always_inline void tell_limit_touched(__u32 resource)
{
	struct event *event = new_event(EVENT_LIMIT_TOUCHED, resource);

	if (event)
		bpf_ringbuf_submit(event, 0);
}

#endif
