/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RLIMIT_EVENTS_MAPS_H
#define RLIMIT_EVENTS_MAPS_H

#include "kernel.h"
#include "rlimit_events.h"

const volatile struct config config SEC(".rodata.config");

/*
 * Preallocated, since the fork hook inserts. An element is reused as soon as it is
 * deleted, so one is deleted only when its process has ended and nobody can hold it, or
 * when it has had no levels for a grace period (REQUEST_SWEEP).
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct subject_key);
	__type(value, struct subject);
	__uint(max_entries, 16384);
} subjects SEC(".maps");

/* Filled by user space alone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct level_set);
	__uint(max_entries, 65536);
} level_sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct request);
	__uint(max_entries, 1);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct losses);
	__uint(max_entries, 1);
} losses SEC(".maps");

/* The ring was full. Its reader has something to read, and looks at the losses after that. */
static __always_inline void count_lost_event(void)
{
	__u32 zero = 0;
	struct losses *lost = bpf_map_lookup_elem(&losses, &zero);

	if (lost)
		__sync_fetch_and_add(&lost->events, 1);
}

/* The table was full, which nobody would look at by himself. */
static __always_inline void count_lost_child(void)
{
	__u32 zero = 0;
	struct losses *lost = bpf_map_lookup_elem(&losses, &zero);
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (lost)
		__sync_fetch_and_add(&lost->children, 1);
	if (!event)
		return;
	__builtin_memset(event, 0, sizeof(*event));
	event->type = EVENT_CHILD_LOST;
	bpf_ringbuf_submit(event, 0);
}

#endif
