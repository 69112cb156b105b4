/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes that have one descriptor table together (CLONE_FILES without CLONE_THREAD).
 * What one of them does, all of them have. A table is known by its address, which is
 * compared and never followed.
 */
#ifndef RLIMIT_EVENTS_SHARERS_H
#define RLIMIT_EVENTS_SHARERS_H

#include "maps.h"

/* Of one table. Who comes later is told as a loss. */
#define MAX_SHARERS 16

struct sharer_key {
	__u64 files;
	__u32 slot;
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct sharer_key);
	__type(value, __u32);
	__uint(max_entries, 4096);
} sharers SEC(".maps");

__noinline __u32 sharer_at(__u64 files, __u32 slot)
{
	struct sharer_key key = { .files = files, .slot = slot };
	__u32 *tgid = bpf_map_lookup_elem(&sharers, &key);

	return tgid ? *tgid : 0;
}

/* Insertion takes a slot for one only. */
__noinline int join_table(__u64 files, __u32 tgid)
{
	for (__u32 slot = 0; slot < MAX_SHARERS; slot++) {
		struct sharer_key key = { .files = files, .slot = slot };

		if (sharer_at(files, slot) == tgid || !bpf_map_update_elem(&sharers, &key, &tgid, BPF_NOEXIST))
			return 0;
	}
	count_lost_child();
	return 0;
}

__noinline int leave_table(__u64 files, __u32 tgid)
{
	for (__u32 slot = 0; slot < MAX_SHARERS; slot++) {
		struct sharer_key key = { .files = files, .slot = slot };

		if (sharer_at(files, slot) == tgid)
			bpf_map_delete_elem(&sharers, &key);
	}
	return 0;
}

#endif
