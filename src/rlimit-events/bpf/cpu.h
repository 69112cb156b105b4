/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_CPU: the time that the scheduler has charged to the threads of a process, those
 * that have ended (signal->sum_sched_runtime) and those that have not. So /proc/PID/stat and
 * CLOCK_PROCESS_CPUTIME_ID count, too (thread_group_cputime() in kernel/sched/cputime.c).
 */
#ifndef RLIMIT_EVENTS_CPU_H
#define RLIMIT_EVENTS_CPU_H

#include "maps.h"

#define US_PER_SECOND 1000000ULL
#define NS_PER_US 1000
/* No value: threads ended while they were added up. */
#define UNSEEN (~0ULL)
#define MOST_SUMS 8

#ifdef LEGACY
/* Two loops, since the verifier walks every turn of each: 16384 threads. */
#define BLOCK_THREADS 64
#define MAX_THREAD_BLOCKS 256
#else
#define BLOCK_THREADS (1 << 20)
#define MAX_THREAD_BLOCKS 1
#endif

struct walking {
	__u64 node; /* a thread's, in the list of its process */
	__u64 head; /* of the list */
	__u64 runtime; /* ns */
};

LOOP_BODY add_thread(__u32 i, void *context)
{
	struct walking *walking = context;
	struct task_struct *thread;

	if (walking->node == walking->head)
		return 1;
	thread = (void *)(walking->node - bpf_core_field_offset(struct task_struct, thread_node));
	walking->runtime += BPF_CORE_READ(thread, se.sum_exec_runtime);
	walking->node = (__u64)BPF_CORE_READ(thread, thread_node.next);
	return 0;
}

#ifdef LEGACY
/* A global function gives one number, so that it takes two. */
__noinline __u64 runtime_of_block(__u64 node, __u64 head)
{
	struct walking walking = { .node = node, .head = head };

	LOOP(BLOCK_THREADS, BLOCK_THREADS, add_thread, &walking);
	return walking.runtime;
}

__noinline __u64 behind_block(__u64 node, __u64 head)
{
	struct walking walking = { .node = node, .head = head };

	LOOP(BLOCK_THREADS, BLOCK_THREADS, add_thread, &walking);
	return walking.node;
}

static __always_inline void add_threads(struct walking *walking)
{
	for (int i = 0; i < MAX_THREAD_BLOCKS && walking->node != walking->head; i++) {
		walking->runtime += runtime_of_block(walking->node, walking->head);
		walking->node = behind_block(walking->node, walking->head);
	}
}
#else
static __always_inline void add_threads(struct walking *walking)
{
	LOOP(BLOCK_THREADS, BLOCK_THREADS, add_thread, walking);
}
#endif

/* Of a seqlock_t the sequence is what comes first: odd while somebody writes. */
static __always_inline __u32 sequence_of(struct signal_struct *signal)
{
	__u32 sequence = 0;

	bpf_probe_read_kernel(&sequence, sizeof(sequence),
			      (void *)signal + bpf_core_field_offset(struct signal_struct, stats_lock));
	return sequence;
}

struct summing {
	__u64 signal;
	__u64 runtime;
};

/* A thread that ends goes from the list to the sum within the lock (__exit_signal() in kernel/exit.c). */
LOOP_BODY sum_runtime(__u32 i, void *context)
{
	struct summing *summing = context;
	struct signal_struct *signal = (void *)summing->signal;
	__u64 head = summing->signal + bpf_core_field_offset(struct signal_struct, thread_head);
	__u32 sequence = sequence_of(signal);
	struct walking walking = { .head = head };

	walking.node = (__u64)BPF_CORE_READ(signal, thread_head.next);
	walking.runtime = BPF_CORE_READ(signal, sum_sched_runtime);
	add_threads(&walking);
	if (sequence & 1 || walking.node != head || sequence_of(signal) != sequence)
		return 0;
	summing->runtime = walking.runtime;
	return 1;
}

/* In microseconds. A global function, so that the verifier walks it once. */
__noinline __u64 runtime_of(__u64 signal)
{
	struct summing summing = { .signal = signal, .runtime = UNSEEN };

	LOOP(MOST_SUMS, MOST_SUMS, sum_runtime, &summing);
	return summing.runtime == UNSEEN ? UNSEEN : summing.runtime / NS_PER_US;
}

#endif
