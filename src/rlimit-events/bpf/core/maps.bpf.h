/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RLIMIT_EVENTS_MAPS_H
#define RLIMIT_EVENTS_MAPS_H

#include "kernel/atomics.bpf.h"
#include "kernel/kernel.bpf.h"
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

/*
 * User space has these in its own memory. A look-up or an update of a map's element by bpf(2)
 * would keep every kprobe and classic tracepoint program, ours and everybody's, from running
 * on the CPU where the caller is preempted meanwhile (bpf_disable_instrumentation() in
 * include/linux/bpf.h).
 */
struct request request SEC(".data.request");
struct losses losses SEC(".data.losses");

static __always_inline __u32 reader_is_patient(void)
{
	return *(volatile __u32 *)&losses.patient;
}

/*
 * By an event that says nothing. If there is no room for it, the reader has yet to read what is there, and looks at all else
 * after that.
 */
static __always_inline void wake_reader(void)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return;
	__builtin_memset(event, 0, sizeof(*event));
	event->type = EVENT_WAKE;
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
}

/* A global function, so that the verifier walks it once, and not for each event. */
__noinline int wake_if(__u32 patient)
{
	if (reader_is_patient() == patient)
		wake_reader();
	return 0;
}

/*
 * Tells an event now. The ring wakes its reader only if he had read all before this, since he is awake otherwise: but what
 * waits for a patient one has not woken him.
 */
static __always_inline void submit(struct event *event)
{
	bpf_ringbuf_submit(event, 0);
	wake_if(true);
}

/*
 * Leaves an event for a patient reader. Whoever stops being patient says so before he reads all: so he either finds this, or
 * has said so here, since handing it over is a full barrier (bpf_ringbuf_commit() in kernel/bpf/ringbuf.c).
 */
static __always_inline void submit_for_later(struct event *event)
{
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	wake_if(false);
}

/*
 * Something was not told, or is to be done by user space, and has been counted. The reader is woken once for all that comes
 * until it looks at the numbers: it takes the mark away first.
 */
static __always_inline void wake_reader_to_look(void)
{
	if (losses.woken)
		return;
	losses.woken = true;
	wake_reader();
}

/* Also where the ring was full: its reader may have read all of that since, and found no loss. */
static __always_inline void count_loss(enum loss_place place)
{
	ADD(losses.at[place], 1);
	wake_reader_to_look();
}

static __always_inline void count_chore(__u32 *chore)
{
	ADD(*chore, 1);
	wake_reader_to_look();
}

#endif
