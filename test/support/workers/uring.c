/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opens descriptors by io_uring's workers, with no system call at the end of an open.
 *
 *   open N    N opens, each handed to a worker; then the process spins for QUIET_MS without
 *             a system call                              -> "C T": the count, and the time in
 *             nanoseconds of CLOCK_MONOTONIC just before the next system call
 *
 * Says "unavailable" instead of "ready" where io_uring_setup(2) is refused.
 */
#include "worker.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <time.h>

#define ENTRIES 64
#define QUIET_MS 50

static struct io_uring_params params;
static struct io_uring_sqe *entries;
static char *submissions, *completions;
static int ring;

#define FIELD(base, offset) ((volatile unsigned *)((base) + (offset)))

/* By the vDSO: no system call. */
static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static char *map(size_t size, off_t what)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	return memory;
}

static void set_up(void)
{
	ring = syscall(SYS_io_uring_setup, ENTRIES, &params);
	if (ring < 0) {
		tell("unavailable\n");
		exit(0);
	}
	submissions = map(params.sq_off.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	completions = map(params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	entries = (void *)map(params.sq_entries * sizeof(*entries), IORING_OFF_SQES);
}

static void submit_open(void)
{
	unsigned tail = *FIELD(submissions, params.sq_off.tail);
	unsigned index = tail & *FIELD(submissions, params.sq_off.ring_mask);

	entries[index] = (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT,
		.flags = IOSQE_ASYNC,
		.fd = AT_FDCWD,
		.addr = (unsigned long)"/dev/null",
		.open_flags = O_RDONLY,
	};
	FIELD(submissions, params.sq_off.array)[index] = index;
	__atomic_store_n(FIELD(submissions, params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) != 1)
		err(1, "io_uring_enter");
}

static void await(unsigned completed)
{
	while (__atomic_load_n(FIELD(completions, params.cq_off.tail), __ATOMIC_ACQUIRE) != completed)
		;
	__atomic_store_n(FIELD(completions, params.cq_off.head), completed, __ATOMIC_RELEASE);
}

int main(void)
{
	unsigned completed = 0;

	set_up();
	tell("ready\n");
	for (;;) {
		long n = number_in(listen_to());
		long long end;

		for (long i = 0; i < n; i++) {
			submit_open();
			await(++completed);
		}
		end = now() + QUIET_MS * 1000000LL;
		while (now() < end)
			;
		end = now();
		tell("%d %lld\n", count_open(), end);
	}
}
