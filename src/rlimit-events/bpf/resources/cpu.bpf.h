/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_CPU: the user and the system time of the threads of a process, those that have ended
 * and those that have not. That is what the kernel compares with the limit (CPUCLOCK_PROF in
 * kernel/time/posix-cpu-timers.c), and mostly it is counted by sampling: whoever runs when the
 * tick comes is given all of it (account_process_tick() in kernel/sched/cputime.c). What the
 * scheduler has charged to the nanosecond is something else, which /proc/PID/stat is scaled to:
 * with others who want the CPU a limit of 2 s was seen to end processes after 1.75 s of that.
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
	__u64 time;
};

/* A thread that ends goes from the list to the sum within the lock (__exit_signal() in kernel/exit.c). */
LOOP_BODY sum_times(__u32 i, void *context)
{
	struct summing *summing = context;
	struct signal_struct *signal = (void *)summing->signal;
	__u32 sequence = sequence_of(signal);
	struct walking walking = {};

	begin_walk(&walking, signal);
	walking.result = BPF_CORE_READ(signal, utime) + BPF_CORE_READ(signal, stime);
	pass_threads(&walking);
	if (sequence & 1 || walking.node != walking.head || sequence_of(signal) != sequence)
		return 0;
	summing->time = walking.result;
	return 1;
}

/* In microseconds. A global function, so that the verifier walks it once. */
__noinline __u64 cpu_time_of(__u64 signal)
{
	struct summing summing = { .signal = signal, .time = UNSEEN };

	LOOP(MOST_SUMS, MOST_SUMS, sum_times, &summing);
	return summing.time == UNSEEN ? UNSEEN : summing.time / NS_PER_US;
}

#endif
