/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uring [UID]
 *
 * Has io_uring's workers do something, and that is no system call of theirs:
 *
 *   open N    N opens, each handed to a worker; then the process spins for QUIET_MS without
 *             a system call                              -> "C T": the count, and the time in
 *             nanoseconds of CLOCK_MONOTONIC just before the next system call
 *   hang N    N reads of a pipe that stays empty, in each of which a worker hangs
 *                                                        -> how many threads the process has
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

/* To be done by a worker, which is told by enter(). */
static void add(struct io_uring_sqe entry)
{
	unsigned tail = *FIELD(submissions, params.sq_off.tail);
	unsigned index = tail & *FIELD(submissions, params.sq_off.ring_mask);

	entries[index] = entry;
	entries[index].flags = IOSQE_ASYNC;
	FIELD(submissions, params.sq_off.array)[index] = index;
	__atomic_store_n(FIELD(submissions, params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
}

static void enter(long n)
{
	if (syscall(SYS_io_uring_enter, ring, n, 0, 0, NULL, 0) != n)
		err(1, "io_uring_enter");
}

static void submit_open(void)
{
	add((struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)"/dev/null",
		.open_flags = O_RDONLY,
	});
	enter(1);
}

/*
 * Whoever hangs has the next worker begin, after the one system call. By splice(2): for who reads a pipe newer kernels wait
 * without a worker.
 */
static void hang(long n)
{
	unsigned long threads = status_number("Threads:") + n;
	int empty[2], other[2];

	if (pipe(empty) || pipe(other))
		err(1, "pipe");
	for (long i = 0; i < n; i++)
		add((struct io_uring_sqe){
			.opcode = IORING_OP_SPLICE,
			.fd = other[1],
			.off = -1,
			.splice_fd_in = empty[0],
			.splice_off_in = -1,
			.len = 1,
		});
	enter(n);
	while (status_number("Threads:") < threads)
		;
}

static void await(unsigned completed)
{
	while (__atomic_load_n(FIELD(completions, params.cq_off.tail), __ATOMIC_ACQUIRE) != completed)
		;
	__atomic_store_n(FIELD(completions, params.cq_off.head), completed, __ATOMIC_RELEASE);
}

int main(int argc, char **argv)
{
	unsigned completed = 0;
	int uid = argc == 2 ? atoi(argv[1]) : 0;

	set_up();
	if (setresuid(uid, uid, uid))
		err(1, "setresuid");
	tell("ready\n");
	for (;;) {
		const char *line = listen_to();
		long n = number_in(line);
		long long end;

		if (!strncmp(line, "hang ", 5)) {
			hang(n);
			tell("%lu\n", status_number("Threads:"));
			continue;
		}
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
