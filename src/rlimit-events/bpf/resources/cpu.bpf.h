/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_CPU: the time that the scheduler has charged to the threads of a process, those
 * that have ended (signal->sum_sched_runtime) and those that have not. So /proc/PID/stat and
 * CLOCK_PROCESS_CPUTIME_ID count, too (thread_group_cputime() in kernel/sched/cputime.c).
 */
#ifndef RLIMIT_EVENTS_CPU_H
#define RLIMIT_EVENTS_CPU_H

#include "resources/threads.bpf.h"

#define US_PER_SECOND 1000000ULL
#define NS_PER_US 1000
/* No value: threads ended while they were added up. */
#define UNSEEN (~0ULL)
#define MOST_SUMS 8

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
	__u32 sequence = sequence_of(signal);
	struct walking walking = {};

	begin_walk(&walking, signal);
	walking.result = BPF_CORE_READ(signal, sum_sched_runtime);
	pass_threads(&walking);
	if (sequence & 1 || walking.node != walking.head || sequence_of(signal) != sequence)
		return 0;
	summing->runtime = walking.result;
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
