/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which system call is ending, and how far it can have moved the count. The names of
 * the registers differ by architecture; CO-RE keeps the branch that fits the kernel.
 */
#ifndef RLIMIT_EVENTS_SYSCALL_H
#define RLIMIT_EVENTS_SYSCALL_H

#include "core/maps.bpf.h"

/* What the registers tell of the system call that is ending. */
struct call {
	struct pt_regs *regs;
	__u32 number;
	/* On arm64, where each register has to be asked for by a helper. */
	__u64 pstate;
};

#ifdef WITHOUT_BTF
/* As these lie in the registers of arm64, in every kernel until today (asm/ptrace.h). */
struct end_of_registers {
	__u64 pstate;
	__u64 orig_x0;
	int syscallno;
};

/* A helper for each of two registers costs more than all else that a watched process pays for a system call. */
static __always_inline struct call call_at_once(struct pt_regs *regs)
{
	struct pt_regs___arm64 *arm64 = (void *)regs;
	const __u32 first = bpf_core_field_offset(struct pt_regs___arm64, pstate);
	const __u32 last = bpf_core_field_offset(struct pt_regs___arm64, syscallno);
	struct end_of_registers end;

	if (last - first != offsetof(struct end_of_registers, syscallno))
		return (struct call){
			.regs = regs,
			.number = REGISTER(arm64, syscallno),
			.pstate = REGISTER(arm64, pstate),
		};
	bpf_probe_read_kernel(&end, offsetof(struct end_of_registers, syscallno) + sizeof(end.syscallno),
			      (void *)regs + first);
	return (struct call){ .regs = regs, .number = end.syscallno, .pstate = end.pstate };
}
#endif

static __always_inline struct call call_of(struct pt_regs *regs)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax))
		return (struct call){ .regs = regs, .number = REGISTER(x86, orig_ax) };
	if (!bpf_core_field_exists(arm64->syscallno))
		return (struct call){ .regs = regs, .number = ~0U };
#ifdef WITHOUT_BTF
	return call_at_once(regs);
#else
	return (struct call){ .regs = regs, .number = REGISTER(arm64, syscallno) };
#endif
}

#ifdef KNOWS_TYPES
/* Of the system call that the current task is in. */
static __always_inline struct pt_regs *registers_of_current(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

/* What a system call that is ending returns. */
static __always_inline long result_of(struct pt_regs *regs)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	return bpf_core_field_exists(x86->orig_ax) ? (long)REGISTER(x86, ax) : (long)REGISTER(arm64, regs[0]);
}
#endif

/* One of the first three parameters of a function, at its entry. */
static __always_inline __u64 parameter(struct pt_regs *regs, __u32 number)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax))
		return number == 0 ? BPF_CORE_READ(x86, di) :
		       number == 1 ? BPF_CORE_READ(x86, si) :
				     BPF_CORE_READ(x86, dx);
	return number == 0 ? BPF_CORE_READ(arm64, regs[0]) :
	       number == 1 ? BPF_CORE_READ(arm64, regs[1]) :
			     BPF_CORE_READ(arm64, regs[2]);
}

/*
 * Whether the registers are those of a 32-bit program's system call, which has numbers of its
 * own: 32-bit programs run on 64-bit kernels of both architectures.
 */
static __always_inline bool is_compat(struct pt_regs *regs, struct task_struct *task)
{
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(task->thread_info.status))
		return LOAD(task, thread_info.status) & TS_COMPAT;
	return bpf_core_field_exists(arm64->pstate) && (REGISTER(arm64, pstate) & PSR_MODE32_BIT);
}

/* The same of a call of which it may be known already. */
static __always_inline bool is_compat_call(const struct call *call, struct task_struct *task)
{
#ifdef WITHOUT_BTF
	if (!bpf_core_field_exists(task->thread_info.status))
		return call->pstate & PSR_MODE32_BIT;
#endif
	return is_compat(call->regs, task);
}

/*
 * prlimit64(pid, resource, new, old): whether it set the limit of a process by its number.
 * With 0 for the number it is the caller's own limit, and the caller is looked at anyway:
 * programs do that when they start, Node among them.
 */
static __always_inline bool sets_limit_of_another(struct pt_regs *regs, __u32 *resource)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax)) {
		if (is_compat(regs, current_task())) {
			*resource = REGISTER(x86, cx);
			return (__u32)REGISTER(x86, bx) != 0 && (__u32)REGISTER(x86, dx) != 0;
		}
		*resource = REGISTER(x86, si);
		return (__u32)REGISTER(x86, di) != 0 && REGISTER(x86, dx) != 0;
	}
	if (bpf_core_field_exists(arm64->syscallno)) {
		*resource = REGISTER(arm64, regs[1]);
		return (__u32)REGISTER(arm64, orig_x0) != 0 && REGISTER(arm64, regs[2]) != 0;
	}
	return false;
}

/*
 * prlimit64 of each architecture and of the 32-bit one that its kernel also runs (asm/unistd_64.h
 * and asm/unistd_32.h of x86, asm-generic/unistd.h, arch/arm/tools/syscall.tbl). They stand here
 * and not in the configuration because every system call is compared with them: a constant is part
 * of the comparison, a field has to be loaded before it.
 */
enum {
	NR_PRLIMIT64_X86_64 = 302,
	NR_PRLIMIT64_I386 = 340,
	NR_PRLIMIT64_ARM64 = 261,
	NR_PRLIMIT64_ARM = 369,
};

static __always_inline bool may_be_prlimit64(struct pt_regs *regs, __u32 number)
{
	struct pt_regs___x86 *x86 = (void *)regs;

	if (bpf_core_field_exists(x86->orig_ax))
		return number == NR_PRLIMIT64_X86_64 || number == NR_PRLIMIT64_I386;
	return number == NR_PRLIMIT64_ARM64 || number == NR_PRLIMIT64_ARM;
}

/* Of one that may be: 64-bit and 32-bit programs have the other's number for something else. */
static __always_inline bool is_prlimit64(struct pt_regs *regs, __u32 number)
{
	return is_compat(regs, current_task()) == (number == NR_PRLIMIT64_I386 || number == NR_PRLIMIT64_ARM);
}

/*
 * The numbers of 32-bit system calls are not told apart here. So any of them may be setuid(2),
 * and the caller is matched again.
 */
static __always_inline bool sets_user(const struct call *call, struct task_struct *task)
{
	__u32 number = call->number;

	return number == config.nr_setuid[0] || number == config.nr_setuid[1] || number == config.nr_setuid[2] ||
	       is_compat_call(call, task);
}

/* Of a number alone, or WEIGHT_BY_BYTES. */
static __always_inline __u32 weight_of_number(const struct call *call, struct task_struct *task)
{
	__u32 number = call->number;

	/* A 32-bit system call has numbers of its own. */
	if (is_compat_call(call, task))
		return WEIGHT_UNKNOWN;
	if (number >= SYSCALLS)
		return WEIGHT_UNKNOWN;
	return config.weights[number];
}

static __always_inline __u32 weight_by_bytes(long result)
{
	__u64 weight = (__u64)result / BYTES_PER_DESCRIPTOR;

	if (result <= 0)
		return 0;
	return weight < WEIGHT_BY_BYTES ? weight : WEIGHT_UNKNOWN;
}

static __always_inline __u32 weight_of(const struct call *call, long result, struct task_struct *task)
{
	__u32 weight = weight_of_number(call, task);

	return weight == WEIGHT_BY_BYTES ? weight_by_bytes(result) : weight;
}

/*
 * The programs at the end of every system call, as a BTF one and as a classic one (see tracepoint.bpf.h), that
 * give `ended` its registers and its result. A kernel for which the other object is made has no
 * bpf_task_pt_regs(), and preempts no program of a tracepoint.
 */
#ifdef KNOWS_TYPES
#define CLASSIC_SYSCALL_END(name, ended)                                          \
	SEC("tracepoint/raw_syscalls/sys_exit")                                   \
	int classic__##name(struct trace_event_raw_sys_exit *context)             \
	{                                                                         \
		return ended(registers_of_current(), context->ret);               \
	}
#else
#define CLASSIC_SYSCALL_END(name, ended)
#endif

#define AT_SYSCALL_END(name, ended)                               \
	SEC(TRACEPOINT "sys_exit")                                \
	int BPF_PROG(name, struct pt_regs *regs, long result)     \
	{                                                         \
		return ended(regs, result);                       \
	}                                                         \
	CLASSIC_SYSCALL_END(name, ended)

#endif
