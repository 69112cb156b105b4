/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that have one account together: a descriptor table (CLONE_FILES without
 * CLONE_THREAD), or memory (CLONE_VM, which is vfork(2), too). What one of them does, all
 * of them have. An account is known by its address, which is compared and never followed.
 */
#ifndef RLIMIT_EVENTS_SHARERS_H
#define RLIMIT_EVENTS_SHARERS_H

#include "core/budgets.bpf.h"
#include "together/members.bpf.h"
#include "resources/ucounts.bpf.h"

/* Of one account. Who comes later is told as a loss. */
#define MAX_SHARERS 16

/* Insertion takes a seat for one only. */
LOOP_BODY take_or_keep_seat(__u32 number, void *context)
{
	struct seat *seat = context;
	struct sharer_key key = { .account = seat->account, .seat = number };

	seat->done = sharer_at(seat->account, number) == seat->tgid ||
		     !bpf_map_update_elem(&sharers, &key, &seat->tgid, BPF_NOEXIST);
	return seat->done;
}

__noinline int seat_sharer(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };

	LOOP(MAX_SHARERS, MAX_SHARERS, take_or_keep_seat, &seat);
	if (!seat.done)
		count_lost_child(LOSS_SHARERS);
	return 0;
}

LOOP_BODY free_seat(__u32 number, void *context)
{
	struct seat *seat = context;
	struct sharer_key key = { .account = seat->account, .seat = number };

	if (sharer_at(seat->account, number) == seat->tgid)
		bpf_map_delete_elem(&sharers, &key);
	return 0;
}

__noinline int unseat_sharer(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };

	LOOP(MAX_SHARERS, MAX_SHARERS, free_seat, &seat);
	return 0;
}

/* The first that has a seat; none if there is another. */
LOOP_BODY ask_for_only(__u32 number, void *context)
{
	struct seat *only = context;
	__u32 tgid = sharer_at(only->account, number);

	if (tgid && only->tgid && tgid != only->tgid) {
		only->tgid = 0;
		return 1;
	}
	if (tgid)
		only->tgid = tgid;
	return 0;
}

/* The one that still has an account; 0: there are several, or none. */
__noinline __u32 only_sharer(__u64 account)
{
	struct seat only = { .account = account };

	LOOP(MAX_SHARERS, MAX_SHARERS, ask_for_only, &only);
	return only.tgid;
}

/* After it has a seat: see leave_account(). */
static __always_inline void join_account(struct subject *subject, __u64 account)
{
	seat_sharer(account, subject->tgid);
	subject->joined = true;
	STORE(subject->shared, 1);
	spend_all(subject);
}

/*
 * The last one that is left has it for itself from then on, unless somebody joined him
 * meanwhile: who joins takes his seat first and says then that it is shared. A global
 * function, since the stack of its callers is full.
 */
__noinline int leave_account(__u32 tgid, __u32 resource)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	__u64 account;

	if (!subject || !subject->joined)
		return 0;
	account = subject->account;
	subject->joined = false;
	if (is_of_user())
		return leave_members(account, tgid);
	unseat_sharer(account, tgid);
	STORE(subject->shared, 0);
	key.tgid = only_sharer(account);
	subject = key.tgid ? bpf_map_lookup_elem(&subjects, &key) : NULL;
	if (!subject || subject->account != account)
		return 0;
	STORE(subject->shared, 0);
	if (only_sharer(account) != key.tgid)
		STORE(subject->shared, 1);
	return 0;
}

#endif
