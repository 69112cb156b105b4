/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which system call is ending, and how far it can have moved the count. The names of
 * the registers differ by architecture; CO-RE keeps the branch that fits the kernel.
 */
#ifndef RLIMIT_EVENTS_SYSCALL_H
#define RLIMIT_EVENTS_SYSCALL_H

#include "core/maps.bpf.h"

/* Given as a constant to what all system calls pass: so the program has no instruction of the other one's. */
enum architecture {
	X86,
	ARM64,
};

static __always_inline enum architecture architecture(void)
{
	return bpf_core_field_exists(((struct pt_regs___arm64 *)0)->syscallno) ? ARM64 : X86;
}

/* What the registers tell of the system call that is ending. */
struct call {
	__u32 number;
	/* On arm64, where a 32-bit program shows by it. */
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
static __always_inline struct call call_on_arm64(struct pt_regs *regs)
{
	struct pt_regs___arm64 *arm64 = (void *)regs;
	const __u32 first = bpf_core_field_offset(struct pt_regs___arm64, pstate);
	const __u32 last = bpf_core_field_offset(struct pt_regs___arm64, syscallno);
	struct end_of_registers end;

	if (last - first != offsetof(struct end_of_registers, syscallno))
		return (struct call){ .number = REGISTER(arm64, syscallno), .pstate = REGISTER(arm64, pstate) };
	bpf_probe_read_kernel(&end, offsetof(struct end_of_registers, syscallno) + sizeof(end.syscallno),
			      (void *)regs + first);
	return (struct call){ .number = end.syscallno, .pstate = end.pstate };
}
#else
static __always_inline struct call call_on_arm64(struct pt_regs *regs)
{
	struct pt_regs___arm64 *arm64 = (void *)regs;

	return (struct call){ .number = REGISTER(arm64, syscallno), .pstate = REGISTER(arm64, pstate) };
}
#endif

static __always_inline __u32 number_on(enum architecture on, struct pt_regs *regs)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm64 = (void *)regs;

	return on == X86 ? REGISTER(x86, orig_ax) : (__u32)REGISTER(arm64, syscallno);
}

static __always_inline struct call call_on(enum architecture on, struct pt_regs *regs)
{
	return on == X86 ? (struct call){ .number = number_on(X86, regs) } : call_on_arm64(regs);
}

static __always_inline struct call call_of(struct pt_regs *regs)
{
	return architecture() == X86 ? call_on(X86, regs) : call_on(ARM64, regs);
}

#ifdef KNOWS_TYPES
/* Of the system call that the current task is in. */
static __always_inline struct pt_regs *registers_of_current(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}
#endif

/* What is at hand at the end of a system call. */
enum given {
	BY_ARGUMENTS, /* of a BTF tracepoint, or a raw one: the registers, and what the call returns */
	BY_CLASSIC, /* the context of a classic one, which has only the latter */
	BY_REGISTERS, /* themselves, on x86 */
};

static __always_inline struct pt_regs *registers_in(void *given, enum given by)
{
#ifdef KNOWS_TYPES
	if (by == BY_CLASSIC)
		return registers_of_current();
#endif
	return by == BY_REGISTERS ? given : (struct pt_regs *)((__u64 *)given)[0];
}

static __always_inline long result_in(void *given, enum given by)
{
	switch (by) {
	case BY_ARGUMENTS:
		return ((__u64 *)given)[1];
	case BY_CLASSIC:
		return ((struct trace_event_raw_sys_exit *)given)->ret;
	case BY_REGISTERS:
		return REGISTER((struct pt_regs___x86 *)given, ax);
	}
}

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
	return architecture() == X86 ? LOAD(task, thread_info.status) & TS_COMPAT :
				       call->pstate & PSR_MODE32_BIT;
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

static __always_inline bool may_be_prlimit64(enum architecture on, __u32 number)
{
	return on == X86 ? number == NR_PRLIMIT64_X86_64 || number == NR_PRLIMIT64_I386 :
			   number == NR_PRLIMIT64_ARM64 || number == NR_PRLIMIT64_ARM;
}

/* Of one that may be: 64-bit and 32-bit programs have the other's number for something else. */
static __always_inline bool is_prlimit64(struct pt_regs *regs, __u32 number)
{
	return is_compat(regs, current_task()) == (number == NR_PRLIMIT64_I386 || number == NR_PRLIMIT64_ARM);
}

/*
 * Those that set the effective user, of 32-bit programs, by numbers of 16 bits and of 32: on i386 and on arm
 * (asm/unistd_32.h of x86, arch/arm/tools/syscall.tbl).
 */
enum {
	NR_SETUID_OF_32_BITS = 23,
	NR_SETREUID_OF_32_BITS = 70,
	NR_SETRESUID_OF_32_BITS = 164,
	NR_SETREUID32_OF_32_BITS = 203,
	NR_SETRESUID32_OF_32_BITS = 208,
	NR_SETUID32_OF_32_BITS = 213,
};

static __always_inline bool is_setuid_of_32_bits(__u32 number)
{
	return number == NR_SETUID_OF_32_BITS || number == NR_SETREUID_OF_32_BITS ||
	       number == NR_SETRESUID_OF_32_BITS || number == NR_SETREUID32_OF_32_BITS ||
	       number == NR_SETRESUID32_OF_32_BITS || number == NR_SETUID32_OF_32_BITS;
}

static __always_inline bool sets_user(const struct call *call, struct task_struct *task)
{
	__u32 number = call->number;
	bool of_64_bits = number == config.nr_setuid[0] || number == config.nr_setuid[1] || number == config.nr_setuid[2];
	bool of_32_bits = is_setuid_of_32_bits(number);

	if (!of_64_bits && !of_32_bits)
		return false;
	return is_compat_call(call, task) ? of_32_bits : of_64_bits;
}

/* unshare and setns, which can take a process into another user namespace. The headers are those of prlimit64. */
enum {
	NR_UNSHARE_X86_64 = 272,
	NR_UNSHARE_I386 = 310,
	NR_UNSHARE_ARM64 = 97,
	NR_UNSHARE_ARM = 337,
	NR_SETNS_X86_64 = 308,
	NR_SETNS_I386 = 346,
	NR_SETNS_ARM64 = 268,
	NR_SETNS_ARM = 375,
};

static __always_inline bool may_set_namespace(const struct call *call, struct task_struct *task)
{
	__u32 number = call->number;

	if (is_compat_call(call, task))
		return architecture() == X86 ? number == NR_UNSHARE_I386 || number == NR_SETNS_I386 :
					       number == NR_UNSHARE_ARM || number == NR_SETNS_ARM;
	return architecture() == X86 ? number == NR_UNSHARE_X86_64 || number == NR_SETNS_X86_64 :
				       number == NR_UNSHARE_ARM64 || number == NR_SETNS_ARM64;
}

/* Without its marks. */
static __always_inline __u32 with_bytes(__u32 weight, long result)
{
	__u64 more = (__u64)result / BYTES_PER_DESCRIPTOR;

	if (result <= 0)
		return weight & MOST_WEIGHT;
	return more < WEIGHT_UNKNOWN - MOST_WEIGHT ? (weight & MOST_WEIGHT) + more : WEIGHT_UNKNOWN;
}

/* With its marks. */
static __always_inline __u32 weight_of_number(enum architecture on, const struct call *call)
{
	__u32 number;

	/* A 32-bit system call has numbers of its own. On x86 it is dear to tell, and few numbers need it (WEIGHT_BY_ABI). */
	if (on == ARM64 && (call->pstate & PSR_MODE32_BIT))
		return WEIGHT_UNKNOWN;
	number = call->number;
	/* What is compared is what is taken, and no other copy of it, whose bounds the verifier of 6.1 does not know. */
	barrier_var(number);
	return number < SYSCALLS ? config.weights[number] : WEIGHT_UNKNOWN;
}

static __always_inline __u32 weight_of(const struct call *call, long result, struct task_struct *task)
{
	__u32 weight = weight_of_number(architecture(), call);

	if (weight == WEIGHT_UNKNOWN || ((weight & WEIGHT_BY_ABI) && is_compat_call(call, task)))
		return WEIGHT_UNKNOWN;
	return weight & WEIGHT_BY_BYTES ? with_bytes(weight, result) : weight & MOST_WEIGHT;
}

/*
 * The programs at the end of every system call, as a BTF one and as a classic one (see tracepoint.bpf.h), that
 * give `ended` their context and what it is. A kernel for which the other object is made has no
 * bpf_task_pt_regs(), and preempts no program of a tracepoint.
 */
#ifdef KNOWS_TYPES
#define CLASSIC_SYSCALL_END(name, ended)        \
	SEC("tracepoint/raw_syscalls/sys_exit") \
	int classic__##name(void *context)      \
	{                                       \
		return ended(context, BY_CLASSIC); \
	}
#else
#define CLASSIC_SYSCALL_END(name, ended)
#endif

#define AT_SYSCALL_END(name, ended)                  \
	SEC(TRACEPOINT "sys_exit")                   \
	int name(void *context)                      \
	{                                            \
		return ended(context, BY_ARGUMENTS); \
	}                                            \
	CLASSIC_SYSCALL_END(name, ended)

#endif
