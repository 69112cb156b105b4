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

/* What is done for each seat is a global function, which the verifier walks once, and not for each. */

/* Insertion takes a seat for one only. */
__noinline int take_or_keep_seat(__u64 account, __u32 seat, __u32 tgid)
{
	struct sharer_key key = { .account = account, .seat = seat };

	return sharer_at(account, seat) == tgid || !bpf_map_update_elem(&sharers, &key, &tgid, BPF_NOEXIST);
}

__noinline int seat_sharer(__u64 account, __u32 tgid)
{
	for (__u32 seat = 0; seat < MAX_SHARERS; seat++)
		if (take_or_keep_seat(account, seat, tgid))
			return 0;
	count_loss(LOSS_SHARERS);
	return 0;
}

__noinline int free_seat(__u64 account, __u32 seat, __u32 tgid)
{
	struct sharer_key key = { .account = account, .seat = seat };

	if (sharer_at(account, seat) == tgid)
		bpf_map_delete_elem(&sharers, &key);
	return 0;
}

__noinline int unseat_sharer(__u64 account, __u32 tgid)
{
	for (__u32 seat = 0; seat < MAX_SHARERS; seat++)
		free_seat(account, seat, tgid);
	return 0;
}

__noinline __u32 sharer_in_seat(__u64 account, __u32 seat)
{
	return sharer_at(account, seat);
}

/* The one that still has an account; 0: there are several, or none. */
__noinline __u32 only_sharer(__u64 account)
{
	__u32 only = 0;

	for (__u32 seat = 0; seat < MAX_SHARERS; seat++) {
		__u32 tgid = sharer_in_seat(account, seat);

		if (tgid && only && tgid != only)
			return 0;
		if (tgid)
			only = tgid;
	}
	return only;
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
