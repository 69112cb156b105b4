/* SPDX-License-Identifier: GPL-2.0-only */
/* What the threads of a process make together: see resources/cpu.bpf.h and resources/rttime.bpf.h. */
#ifndef RLIMIT_EVENTS_THREADS_H
#define RLIMIT_EVENTS_THREADS_H

#include "core/maps.bpf.h"

#ifdef LEGACY
/* Two loops, since the verifier walks every turn of each: 16384 threads. */
#define BLOCK_THREADS 64
#define MAX_THREAD_BLOCKS 256
#else
#define BLOCK_THREADS (1 << 20)
#define MAX_THREAD_BLOCKS 1
#endif

static __always_inline bool is_rttime(void)
{
	return config.resource == RESOURCE_RTTIME;
}

/* Of RLIMIT_CPU the sum, in ns; of RLIMIT_RTTIME the most, in ticks. */
static __always_inline __u64 together(__u64 one, __u64 other)
{
	if (is_rttime())
		return one > other ? one : other;
	return one + other;
}

static __always_inline __u64 of_thread(struct task_struct *thread)
{
	if (is_rttime())
		return BPF_CORE_READ(thread, rt.timeout);
	return BPF_CORE_READ(thread, utime) + BPF_CORE_READ(thread, stime);
}

struct walking {
	__u64 node; /* a thread's, in the list of its process */
	__u64 head; /* of the list */
	__u64 result;
};

static __always_inline void begin_walk(struct walking *walking, struct signal_struct *signal)
{
	walking->head = (__u64)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	walking->node = (__u64)BPF_CORE_READ(signal, thread_head.next);
}

LOOP_BODY pass_thread(__u32 i, void *context)
{
	struct walking *walking = context;
	struct task_struct *thread;

	if (walking->node == walking->head)
		return 1;
	thread = (void *)(walking->node - bpf_core_field_offset(struct task_struct, thread_node));
	walking->result = together(walking->result, of_thread(thread));
	walking->node = (__u64)BPF_CORE_READ(thread, thread_node.next);
	return 0;
}

#ifdef LEGACY
/* A global function gives one number, so that it takes two. */
__noinline __u64 result_of_block(__u64 node, __u64 head)
{
	struct walking walking = { .node = node, .head = head };

	LOOP(BLOCK_THREADS, BLOCK_THREADS, pass_thread, &walking);
	return walking.result;
}

__noinline __u64 behind_block(__u64 node, __u64 head)
{
	struct walking walking = { .node = node, .head = head };

	LOOP(BLOCK_THREADS, BLOCK_THREADS, pass_thread, &walking);
	return walking.node;
}

/* To the end of the list, unless there are too many: then `node` is not `head`. */
static __always_inline void pass_threads(struct walking *walking)
{
	for (int i = 0; i < MAX_THREAD_BLOCKS && walking->node != walking->head; i++) {
		walking->result = together(walking->result, result_of_block(walking->node, walking->head));
		walking->node = behind_block(walking->node, walking->head);
	}
}
#else
static __always_inline void pass_threads(struct walking *walking)
{
	LOOP(BLOCK_THREADS, BLOCK_THREADS, pass_thread, walking);
}
#endif

#endif
