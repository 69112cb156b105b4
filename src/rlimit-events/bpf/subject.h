/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counting core. A subject remembers which levels it had reached when it was last
 * looked at; looking again tells the difference. So the events of one subject are one
 * unbroken way, and up and down alternate on each level.
 */
#ifndef RLIMIT_EVENTS_SUBJECT_H
#define RLIMIT_EVENTS_SUBJECT_H

#include "maps.h"

/*
 * How long the lock is waited for: some ten microseconds. Its holder counts, and has
 * counted a table of a million by then.
 */
#define LOCK_TRIES 64
#define SPINS 256

/* How often the holder looks again for others before it leaves that to the next one. */
#define MOST_ROUNDS 4

#define MOST_STEPS (1ULL << 32)
/* A level that no value reaches. Every other number here is smaller. */
#define NEVER (1ULL << 62)
/* Taken for the limit of the unlimited: any share of it is more than any value. */
#define UNLIMITED (10000ULL << 48)

static __always_inline bool try_lock(struct subject *subject)
{
	return __sync_val_compare_and_swap(&subject->lock, 0, 1) == 0;
}

static __always_inline void unlock(struct subject *subject)
{
	__sync_lock_test_and_set(&subject->lock, 0);
}

__noinline __u64 spin(__u64 seed)
{
	for (int i = 0; i < SPINS; i++)
		barrier_var(seed);
	return seed;
}

static __noinline bool lock(struct subject *subject)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (try_lock(subject))
			return true;
		spin(i);
	}
	return false;
}

static __always_inline __u64 level_at(const struct level *level, __u64 limit)
{
	if (limit == RLIM_INFINITY)
		limit = UNLIMITED;
	/* limit * share would overflow for the largest limits */
	return level->value + limit / 10000 * level->share +
	       (limit % 10000 * level->share + level->rounding) / 10000;
}

static __always_inline struct event *reserve_event(__u32 type, const struct subject *subject, __u32 resource)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_loss(false);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->type = type;
	event->resource = resource;
	event->pid = subject->pid;
	event->time = bpf_ktime_get_ns();
	event->value = subject->value;
	event->limit = subject->limit;
	event->set = subject->set;
	return event;
}

static __noinline void tell_process(__u32 type, struct task_struct *task, const struct subject *subject,
				    __u32 resource, __u32 other)
{
	struct event *event = reserve_event(type, subject, resource);

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
	event = reserve_event(EVENT_LEVEL, subject, resource);
	if (!event)
		return 0;
	event->other = direction;
	event->index = index;
	event->level = level_at(&set->levels[index], subject->limit);
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
	event = reserve_event(EVENT_LIMIT_CHANGED, subject, resource);
	if (!event)
		return 0;
	event->level = old_limit;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* Upwards the lowest level is told first, downwards the highest: user space sorts them. */
__noinline int tell_crossings(__u32 tgid, __u32 resource, __u64 up, __u64 down)
{
	for (__u32 i = 0; i < MAX_LEVELS; i++)
		if (up >> i & 1)
			tell_level(tgid, resource, i, DIRECTION_UP);
	for (__u32 i = 0; i < MAX_LEVELS; i++)
		if (down >> (MAX_LEVELS - 1 - i) & 1)
			tell_level(tgid, resource, MAX_LEVELS - 1 - i, DIRECTION_DOWN);
	return 0;
}

/* The levels that are not above the value, a bit for each; and the nearest below and above. */
__noinline __u64 find_levels(__u32 tgid, __u32 resource)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct level_set *set = subject ? bpf_map_lookup_elem(&level_sets, &subject->set) : NULL;
	__u64 reached = 0, low = 0, high = NEVER;

	if (!set)
		return 0;
	/* No function is called here: before 6.4 the verifier would then take every number for precise. */
	for (__u32 i = 0; i < MAX_LEVELS && i < set->count; i++) {
		__u64 level = level_at(&set->levels[i], subject->limit);

		if (level > subject->value) {
			high = level < high ? level : high;
		} else {
			reached |= 1ULL << i;
			low = level > low ? level : low;
		}
	}
	subject->low = low;
	subject->high = high;
	return reached;
}

/* Goes to a value and a limit, and tells the levels on the way there. Lock held. */
static __always_inline void move_to(__u32 tgid, struct subject *subject, __u32 resource, __u64 value, __u64 limit)
{
	__u64 old_limit = subject->limit, old_reached = subject->reached, changed;
	bool told = subject->based;

	subject->value = value;
	subject->limit = limit;
	subject->based = true;
	subject->reached = find_levels(tgid, resource);
	if (!told)
		return;
	if (limit != old_limit)
		tell_limit(tgid, resource, old_limit);
	changed = subject->reached ^ old_reached;
	if (changed)
		tell_crossings(tgid, resource, changed & subject->reached, changed & old_reached);
}

/* How many steps of one cannot cross a level from here. */
static __always_inline __s64 steps_left(const struct subject *subject)
{
	__u64 up = subject->high - subject->value;
	__u64 down = subject->low ? subject->value - subject->low + 1 : MOST_STEPS;
	__u64 steps = up < down ? up : down;

	if (subject->no_budget)
		return -1;
	return (steps < MOST_STEPS ? steps : MOST_STEPS) - 1;
}

/*
 * Takes one look and tells what was crossed since the last. Lock held: so an older look
 * is never told after a newer one.
 *
 * False: the task has given up the table meanwhile, and nothing was told.
 */
static __noinline bool look(struct task_struct *task, struct subject *subject, __u32 resource)
{
	/*
	 * The steps that others take from here on are subtracted from what is added below,
	 * whether this look sees them already or not.
	 */
	__s64 budget = __sync_fetch_and_add(&subject->budget, 0);
	struct files_struct *files = task->files;
	__u64 value, limit;

	if (!files)
		return false;
	value = count_open_fds(files);
	limit = task->signal->rlim[RESOURCE_NOFILE].rlim_cur;
	if (task->files != files || (task->flags & PF_EXITING))
		return false;
	if (subject->based && limit == subject->limit && value >= subject->low && value < subject->high)
		subject->value = value;
	else
		move_to(task->tgid, subject, resource, value, limit);
	__sync_fetch_and_add(&subject->budget, steps_left(subject) - budget);
	return true;
}

/*
 * Looks now. Whoever cannot have the lock leaves a mark, and its holder looks once more:
 * nobody's change goes unseen.
 */
static __noinline void observe(struct task_struct *task, struct subject *subject, __u32 resource)
{
	if (!lock(subject)) {
		__sync_lock_test_and_set(&subject->overtaken, 1);
		if (!try_lock(subject))
			return;
	}
	for (int round = 0; round < MOST_ROUNDS; round++) {
		__sync_lock_test_and_set(&subject->overtaken, 0);
		look(task, subject, resource);
		unlock(subject);
		if (!subject->overtaken || !try_lock(subject))
			return;
	}
	subject->budget = -1;
	unlock(subject);
}

#endif
