/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock of the programs that measure operations one by one, and what they all need. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <err.h>
#include <fcntl.h>
#ifdef __aarch64__
#include <linux/perf_event.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline uint64_t now(void)
{
#ifdef __x86_64__
	unsigned int low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t count;

	__asm__ volatile("isb\n\tmrs %0, pmccntr_el0" : "=r"(count) : : "memory");
	return count;
#endif
}

static void die(const char *what)
{
	err(1, "%s", what);
}

static inline int check(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

#ifdef __aarch64__
/*
 * The clock that programs have on arm64 has a tick for many instructions. The counter of cycles has not, and this
 * process may read it as long as it has such an event (Documentation/arm64/perf.rst).
 */
static void prepare_clock(void)
{
	struct perf_event_attr cycles = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(cycles),
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.config1 = 3, /* of 64 bits, to be read by the process */
	};
	int fd = check(open("/proc/sys/kernel/perf_user_access", O_WRONLY), "perf_user_access");

	check(write(fd, "1", 1), "perf_user_access");
	close(fd);
	fd = check(syscall(SYS_perf_event_open, &cycles, 0, -1, -1, 0), "perf_event_open");
	if (mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		die("mmap");
}
#else
static void prepare_clock(void)
{
}
#endif

#endif
