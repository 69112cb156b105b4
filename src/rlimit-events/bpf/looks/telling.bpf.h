/* SPDX-License-Identifier: GPL-2.0-only */
/* What is told of a subject: the events, and which of them a move from one look to the next makes. */
#ifndef RLIMIT_EVENTS_TELLING_H
#define RLIMIT_EVENTS_TELLING_H

#include "core/memberships.bpf.h"
#include "kernel/bits.bpf.h"
#include "looks/levels.bpf.h"

/* Empty but for its type, the resource and the time. NULL: it is lost, and counted as such. */
static __always_inline struct event *new_event(__u32 type, __u32 resource)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_loss(LOSS_QUEUE);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->type = type;
	event->resource = resource;
	event->time = bpf_ktime_get_ns();
	return event;
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
	tell_groups(&event->groups, subject);
	return event;
}

/* No process that is older comes or goes without a word: whoever has seen one this long ago knows that it is there. */
#define YOUNG 1000000000ULL

/* Has it no level reached, and the levels of its groups? Then whoever is told of it has nothing more to do in the kernel. */
static __always_inline bool is_calm(const struct subject *subject)
{
	return !subject->reached && subject->set != PROVISIONAL_SET;
}

/*
 * Whether it is soon enough when the reader comes by himself: he has said that he does, the process is young, and most of
 * the ring is empty. To be asked before there is an event: so who is not patient yet finds all that was told before
 * somebody waits for him. A global function, see below.
 */
__noinline int may_wait(__u64 leader_address)
{
	struct task_struct *leader = (void *)leader_address;

	return reader_is_patient() && bpf_ktime_get_ns() - BPF_CORE_READ(leader, start_time) < YOUNG &&
	       bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < bpf_ringbuf_query(&events, BPF_RB_RING_SIZE) / 4;
}

/* @calm: before this, and with it */
static __always_inline void tell_process(__u32 type, struct task_struct *task, const struct subject *subject,
				    __u32 resource, __u32 other, bool calm)
{
	bool waits = calm && may_wait((__u64)BPF_CORE_READ(task, group_leader));
	struct event *event = new_event_of(subject, type, resource);

	if (!event)
		return;
	event->other = other;
	BPF_CORE_READ_STR_INTO(&event->comm, task, group_leader, comm);
	if (waits)
		submit_for_later(event);
	else
		submit(event);
}

/* From here on: global functions, see looks/levels.bpf.h. */
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
	/* As submit(), but the verifier allows eight functions in each other, and this may be the eighth. */
	bpf_ringbuf_submit(event, 0);
	if (reader_is_patient())
		wake_reader();
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
	submit(event);
	return 0;
}

struct telling {
	__u64 crossed; /* a bit for each level that is still to be told */
	__u32 tgid;
	__u32 resource;
	__u32 direction;
};

/* Only those that were crossed are passed, however many levels there are. */
LOOP_BODY tell_next(__u32 i, void *context)
{
	struct telling *telling = context;
	__u64 crossed = telling->crossed;
	__u32 index = telling->direction == DIRECTION_UP ? lowest_bit(crossed) : highest_bit(crossed);

	tell_level(telling->tgid, telling->resource, index, telling->direction);
	crossed &= ~(1ULL << index);
	telling->crossed = crossed;
	return !crossed;
}

/* Levels of one kind are sorted: upwards the lowest is told first, downwards the highest. */
__noinline int tell_crossings(__u32 tgid, __u32 resource, __u64 crossed, __u32 direction)
{
	struct telling telling = {
		.crossed = crossed,
		.tgid = tgid,
		.resource = resource,
		.direction = direction,
	};

	LOOP(MAX_LEVELS, MAX_LEVELS, tell_next, &telling);
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
	submit(event);
	return 0;
}

/*
 * A process may have to be looked at that cannot be looked at here: somebody set another's limit, of whom only the task
 * iterator finds out who it was; or a mark was left for who does not look for all of it. User space has everybody observed.
 */
__noinline int have_all_observed(void)
{
	count_chore(&losses.chores.observe);
	return 0;
}

#endif
