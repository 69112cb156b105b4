/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is watched, and how far he may go before he is looked at, in what everybody's system
 * calls read anyway: an array by the low bits of the tgid. A slot belongs to one process,
 * whose budget lies in it. Who finds it taken has his budget in his subject, and pays for a
 * hash look-up; and so does everybody whose tgid has the same low bits, meanwhile.
 */
#ifndef RLIMIT_EVENTS_BUDGETS_H
#define RLIMIT_EVENTS_BUDGETS_H

#include "core/lock.bpf.h"

#define SLOTS 32768

struct slot {
	__s64 budget; /* the owner's */
	union {
		struct {
			__u32 owner; /* tgid, or 0 */
			__u32 others; /* how many subjects found it taken */
		};
		__u64 taken; /* both: 0 if nobody with these low bits is watched */
	};
};

struct slot slots[SLOTS];

static __always_inline struct slot *slot_of(__u32 tgid)
{
	return &slots[tgid % SLOTS];
}

static __always_inline bool may_be_watched(__u32 tgid)
{
	const struct slot *slot = slot_of(tgid);

	return slot->owner == tgid || slot->others;
}

static __always_inline __u32 tgid_of_current(void)
{
#ifdef KNOWS_TYPES
	/* Shorter than the helper for both numbers of a task. */
	return LOAD(current_task(), tgid);
#else
	return bpf_get_current_pid_tgid() >> 32;
#endif
}

#ifdef LEGACY
static __always_inline bool claim(struct slot *slot, __u32 tgid)
{
	/* No subject's. */
	struct subject_key key = { .tgid = tgid % SLOTS, .resource = ~0U };
	bool is_free;

	if (slot->owner || !try_lock(NULL, key))
		return false;
	is_free = !slot->owner;
	if (is_free)
		STORE(slot->owner, tgid);
	unlock(NULL, key);
	return is_free;
}
#else
static __always_inline bool claim(struct slot *slot, __u32 tgid)
{
	return !slot->owner && __sync_val_compare_and_swap(&slot->owner, 0, tgid) == 0;
}
#endif

/*
 * After a subject was inserted, whose own budget is -1, and before its first look: what its
 * process does until then is seen by that.
 */
static __always_inline void enter_slot(__u32 tgid)
{
	struct slot *slot = slot_of(tgid);

	if (claim(slot, tgid))
		slot->budget = -1;
	else
		ADD(slot->others, 1);
}

/*
 * After a subject was deleted, by whoever deleted it. If its process has got another one
 * meanwhile, which found the slot taken, that one is among the others, and if it did not,
 * that one is instead of this.
 */
static __always_inline void leave_slot(__u32 tgid)
{
	struct slot *slot = slot_of(tgid);

	if (slot->owner == tgid)
		STORE(slot->owner, 0);
	else
		ADD(slot->others, -1);
}

static __always_inline __s64 *budget_of(struct subject *subject)
{
	struct slot *slot = slot_of(subject->tgid);

	return slot->owner == subject->tgid ? &slot->budget : &subject->budget;
}

/* The next change is looked at, whatever it is. */
static __always_inline void spend_all(struct subject *subject)
{
	*budget_of(subject) = -1;
}

/* Takes a change of at most so many off a budget. True: a level may have been crossed. */
static __always_inline bool spend(__s64 *budget, __u32 weight)
{
	if (weight)
		ADD(*budget, -(__s64)weight);
	return *budget < 0;
}

#endif
