/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has an account, see account_of(), by the seat that it has among those that have it. Of a
 * table or memory these are the sharers (together/sharers.bpf.h), of a user the members (together/members.bpf.h).
 */
#ifndef RLIMIT_EVENTS_ACCOUNTS_H
#define RLIMIT_EVENTS_ACCOUNTS_H

#include "core/maps.bpf.h"

struct sharer_key {
	__u64 account;
	__u32 seat;
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct sharer_key);
	__type(value, __u32);
	__uint(max_entries, 16384);
} sharers SEC(".maps");

static __always_inline __u32 sharer_at(__u64 account, __u32 seat)
{
	struct sharer_key key = { .account = account, .seat = seat };
	__u32 *tgid = bpf_map_lookup_elem(&sharers, &key);

	return tgid ? *tgid : 0;
}

#endif
