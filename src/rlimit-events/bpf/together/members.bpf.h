/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which of the watched processes have one user, so that what anybody of his does is seen for
 * each of them. Only for what a user has; who shares a table or memory is in together/sharers.bpf.h.
 */
#ifndef RLIMIT_EVENTS_MEMBERS_H
#define RLIMIT_EVENTS_MEMBERS_H

#include "together/accounts.bpf.h"

/* Of one account. Who comes later is told as a loss. */
#ifdef LEGACY
#define MAX_MEMBERS 128
#else
#define MAX_MEMBERS 1024
#endif

/*
 * How many members have an account, by a number that is made of it. Several accounts can have the same number: that
 * costs whoever has one of them look-ups of seats, and nothing else. A map by accounts would be full some day, since a
 * user has another one each time that he comes; and who leaves could not empty it, since its elements are used again
 * while others still have them in hand.
 *
 * That is the lower half. The upper one is how many have ever come, so that newcomers are known though others leave. They
 * change together, and are read together.
 */
#define ACCOUNT_BITS 14

__u64 members[1 << ACCOUNT_BITS];

#define ONE_COMES ((1ULL << 32) + 1)
#define ONE_LEAVES (-1)

static __always_inline __u64 *members_of(__u64 account)
{
	/* By 2^64 over the golden ratio, of whose products the upper bits are spread evenly (Knuth, 6.4). */
	return &members[account * 0x9e3779b97f4a7c15ULL >> (64 - ACCOUNT_BITS)];
}

static __always_inline __u64 count_of_members(__u64 account)
{
	return *(volatile __u64 *)members_of(account);
}

static __always_inline __u32 members_there(__u64 count)
{
	return count;
}

static __always_inline __u32 members_come(__u64 count)
{
	return count >> 32;
}

struct seat {
	__u64 account;
	__u32 tgid;
	__u32 done;
};

/* Insertion takes a seat for one only. */
LOOP_BODY take_seat(__u32 number, void *context)
{
	struct seat *seat = context;
	struct sharer_key key = { .account = seat->account, .seat = number };

	if (bpf_map_lookup_elem(&sharers, &key))
		return 0;
	seat->done = !bpf_map_update_elem(&sharers, &key, &seat->tgid, BPF_NOEXIST);
	return seat->done;
}

LOOP_BODY leave_seat(__u32 number, void *context)
{
	struct seat *seat = context;
	struct sharer_key key = { .account = seat->account, .seat = number };

	if (sharer_at(seat->account, number) != seat->tgid)
		return 0;
	seat->done = !bpf_map_delete_elem(&sharers, &key);
	return 1;
}

/*
 * From here on observe_account() finds it. It is counted before it has its seat, and until it has none any more: so there
 * are never more seats than are looked for.
 */
__noinline int become_member(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };

	ADD(*members_of(account), ONE_COMES);
	LOOP(MAX_MEMBERS, MAX_MEMBERS, take_seat, &seat);
	if (seat.done)
		return 0;
	ADD(*members_of(account), ONE_LEAVES);
	count_loss(LOSS_MEMBERS);
	return 0;
}

__noinline int leave_members(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };

	LOOP(MAX_MEMBERS, MAX_MEMBERS, leave_seat, &seat);
	if (seat.done)
		ADD(*members_of(account), ONE_LEAVES);
	return 0;
}

#endif
