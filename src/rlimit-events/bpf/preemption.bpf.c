// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks a hook whether its programs can be preempted here and now: a program stays in it for some
 * ticks of the scheduler, while another thread waits for its CPU. If the scheduler takes the CPU
 * away meanwhile, it does so to any program there, and the kernel skips a program for all others
 * on a CPU while somebody is preempted inside it (prog->active in kernel/trace/bpf_trace.c).
 *
 * No type of the kernel is needed, so that this loads in a millisecond and without BTF. A raw
 * tracepoint is what a BTF one is: both are called by __bpf_trace_run().
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

/* In preemption.ts, too. */
enum hook {
	HOOK_NONE,
	HOOK_RUN, /* a program that nothing guards: as a trampoline's, it only may not change its CPU */
	HOOK_SYSCALL, /* the tracepoint at the end of a system call */
	HOOK_TRACEPOINT, /* any other */
};

/* In preemption.ts, too. Times are ns of CLOCK_MONOTONIC. */
volatile struct question {
	__u32 thread; /* who asks, as the first pid namespace knows it; 0: set by the first run */
	__u32 hook; /* that is asked */
	__u32 is_inside;
	__u32 was_preempted;
	__u64 began;
	__u64 ended;
	__u64 left; /* when the thread left its CPU for the first time after that */
} question SEC(".data.question");

/* At 250 ticks a second a lazy kernel takes the CPU away at the second or third (kernel/sched/core.c). */
#define LONG_ENOUGH_NS 18000000ULL
#define TICKS 4
/* Some tenths of a second, on a fast machine. */
#define MOST_TURNS (1 << 22)

struct staying {
	__u64 began_tick;
};

static __noinline long stay(__u32 turn, void *context)
{
	const struct staying *staying = context;

	if (question.was_preempted)
		return 1;
	return bpf_ktime_get_ns() - question.began > LONG_ENOUGH_NS &&
	       bpf_jiffies64() - staying->began_tick >= TICKS;
}

static __always_inline int ask(__u32 hook)
{
	struct staying staying = {};

	if (question.hook != hook || question.thread != (__u32)bpf_get_current_pid_tgid())
		return 0;
	question.hook = HOOK_NONE;
	question.began = bpf_ktime_get_ns();
	staying.began_tick = bpf_jiffies64();
	question.is_inside = true;
	bpf_loop(MOST_TURNS, stay, &staying, 0);
	question.is_inside = false;
	question.ended = bpf_ktime_get_ns();
	return 0;
}

SEC("syscall")
int asks_run(void *context)
{
	question.thread = bpf_get_current_pid_tgid();
	return ask(HOOK_RUN);
}

/* Of kernels that were built so that booting them decides (CONFIG_PREEMPT_DYNAMIC). */
static const char MODE[] = "preempt_dynamic_mode";
#define NOT_KNOWN -1

/*
 * The value of the kernel's own variable (kernel/sched/core.c): that costs nothing, and staying in
 * a hook costs some 20 ms of a CPU. The kernel may keep its addresses from us.
 */
SEC("syscall")
int tells_mode(void *context)
{
	__u64 address = 0;
	int mode;

	if (bpf_kallsyms_lookup_name(MODE, sizeof(MODE), 0, &address))
		return NOT_KNOWN;
	if (bpf_probe_read_kernel(&mode, sizeof(mode), (const void *)address))
		return NOT_KNOWN;
	return mode;
}

SEC("raw_tp/sys_exit")
int asks_syscall(void *context)
{
	return ask(HOOK_SYSCALL);
}

/* waitid(2) calls it with no lock held (do_wait() in kernel/exit.c). */
SEC("raw_tp/sched_process_wait")
int asks_tracepoint(void *context)
{
	return ask(HOOK_TRACEPOINT);
}

/* The current task leaves its CPU. Within the lock of the run queue nobody is preempted. */
SEC("raw_tp/sched_switch")
int thread_leaves(void *context)
{
	if (question.thread != (__u32)bpf_get_current_pid_tgid())
		return 0;
	if (question.is_inside)
		question.was_preempted = true;
	else if (question.ended && !question.left)
		question.left = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
