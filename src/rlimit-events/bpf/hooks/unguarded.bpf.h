/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs of ours that this kernel can preempt. While somebody is off the CPU inside one, the
 * kernel skips it for everybody else there: `active` of struct bpf_prog is raised on that CPU
 * (__bpf_prog_enter_recur() in kernel/bpf/trampoline.c, __bpf_trace_run() in
 * kernel/trace/bpf_trace.c). The scheduler can read it, as nobody else in time.
 */
#ifndef RLIMIT_EVENTS_UNGUARDED_H
#define RLIMIT_EVENTS_UNGUARDED_H

#include "core/maps.bpf.h"

#ifdef KNOWS_TYPES
struct unguarded_program unguarded[MAX_UNGUARDED_PROGRAMS] SEC(".data.unguarded");

/* Finds the counters of the programs whose ids user space has filled in. */
SEC("iter/bpf_prog")
int find_unguarded(struct bpf_iter__bpf_prog *context)
{
	struct bpf_prog *program = context->prog;
	__u32 id;

	if (!program)
		return 0;
	id = BPF_CORE_READ(program, aux, id);
#pragma clang loop unroll(disable)
	for (int i = 0; i < MAX_UNGUARDED_PROGRAMS; i++)
		if (unguarded[i].id == id)
			unguarded[i].active = (__u64)BPF_CORE_READ(program, active);
	return 0;
}

/* `offset`: of the variables of this CPU. */
static __always_inline bool somebody_is_inside(long offset)
{
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < MAX_UNGUARDED_PROGRAMS && i < config.unguarded_programs; i++) {
		__u32 active = 0;

		/* From 7.0 on it is four counters of a byte each on some architectures: together as long. */
		bpf_probe_read_kernel(&active, sizeof(active), (void *)(unguarded[i].active + offset));
		if (active)
			return true;
	}
	return false;
}
#endif

#endif
