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

/* How many members an account has. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, __u32);
	__uint(max_entries, 256);
} accounts SEC(".maps");

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

/* From here on observe_account() finds it. */
__noinline int become_member(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };
	__u32 *count, none = 0;

	bpf_map_update_elem(&accounts, &account, &none, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&accounts, &account);
	if (count)
		LOOP(MAX_MEMBERS, MAX_MEMBERS, take_seat, &seat);
	if (!count || !seat.done)
		count_loss(LOSS_MEMBERS);
	else
		ADD(*count, 1);
	return 0;
}

__noinline int leave_members(__u64 account, __u32 tgid)
{
	struct seat seat = { .account = account, .tgid = tgid };
	__u32 *count = bpf_map_lookup_elem(&accounts, &account);

	LOOP(MAX_MEMBERS, MAX_MEMBERS, leave_seat, &seat);
	if (count && seat.done)
		ADD(*count, -1);
	return 0;
}

#endif
