/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What processors do at the same time, and in which order they see it of each other.
 *
 * Everything hangs on one exchange. Who changes something does so (1), takes it off his budget (2)
 * and looks if that runs out. Who looks reads the budget (3), reads the value (4), and gives back
 * what he has seen. The change must be in (4) or be taken off after (3): so neither 1 and 2 nor 3
 * and 4 may change places. It is the same with a mark that is left for who holds the lock, and who
 * lets go of it and then reads the mark; with a seat that is taken before the value is read; and
 * with the losses, whose mark is taken away before they are read.
 *
 * On x86 any atomic operation is a full barrier. On arm64 only one that fetches what was there is:
 * the JIT makes LDADDAL, SWPAL and CASAL of it, or a loop with a barrier behind it, but STADD or a
 * bare loop of one that does not fetch (arch/arm64/net/bpf_jit_comp.c), and clang takes the latter
 * if nobody uses the result. So ADD() makes a use of it. (Of 32 bits, llvm-objdump shows it as one
 * that fetches with --mattr=+alu32 only: findings/llvm-objdump-hides-the-fetch.sh.)
 *
 * Kernels before 5.12, and of arm64 before 5.18, have no operation that fetches. The other object
 * is for those; on arm64 it is not exact for that reason, and says so (may-miss.ts).
 *
 * One thing is left on every architecture: who changes something reads without a barrier whether
 * he is watched (slot_of() in core/budgets.bpf.h), since everybody's system calls would pay for it. Who is
 * watched from now on could go by unseen for as long as a store waits in its processor, some
 * nanoseconds, before any of the kernel's own barriers; of a process that is born, executes or is
 * matched by itself that is not possible, since it is he who enters the slot.
 */
#ifndef RLIMIT_EVENTS_ATOMICS_H
#define RLIMIT_EVENTS_ATOMICS_H

#include "kernel/kernel.bpf.h"

#ifdef LEGACY
#define ADD(place, number) ((void)__sync_fetch_and_add(&(place), number))
/* By an addition. A mark that somebody leaves at the same time is either kept or from before it. */
#define STORE(place, value) ADD(place, (value) - *(volatile typeof(place) *)&(place))
/* What was there, and 0 from then on. */
#define TAKE(place)                                                               \
	({                                                                        \
		typeof(place) taken = *(volatile typeof(place) *)&(place);        \
		ADD(place, -taken);                                               \
		taken;                                                            \
	})
#define LEFT(budget) (*(volatile __s64 *)(budget))
#else
#define ADD(place, number)                                                        \
	do {                                                                      \
		typeof(place) before = __sync_fetch_and_add(&(place), number);    \
		barrier_var(before);                                              \
	} while (0)
#define STORE(place, value) __sync_lock_test_and_set(&(place), value)
#define TAKE(place) STORE(place, 0)
#define LEFT(budget) __sync_fetch_and_add(budget, 0)
#endif

#endif
