/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lowering COUNT HIGHEST LOW
 *
 * Has COUNT descriptors open, one of them of the number HIGHEST, so that its table is large.
 * Descriptor 3 is a file of a number: which burst may begin. In an odd burst one thread
 * lowers the soft limit to LOW and another duplicates a descriptor meanwhile, in an even one
 * both are undone. Between bursts the process makes no system call.
 */
#include "worker.h"
#include <stdatomic.h>
#include <sys/mman.h>

static atomic_int *may_begin;

/* An exchange that took no longer found both threads running. */
#define QUICK 1000
/* The longest delay is of so many bits. */
#define LONGEST 18

static atomic_int call, echo, go, set;

static void *set_limit(void *low)
{
	struct rlimit limit;
	rlim_t high;

	getrlimit(RLIMIT_NOFILE, &limit);
	high = limit.rlim_cur;
	for (int burst = 1;; burst++) {
		limit.rlim_cur = burst % 2 ? (rlim_t)(intptr_t)low : high;
		while (atomic_load(&go) < burst)
			atomic_store(&echo, atomic_load(&call));
		if (setrlimit(RLIMIT_NOFILE, &limit))
			err(1, "setrlimit");
		atomic_store(&set, burst);
	}
	return NULL;
}

/* But not for ever: there may be no second processor to be had. */
static void wait_until_both_run(void)
{
	for (int tries = 0; tries < 10; tries++) {
		int number = atomic_fetch_add(&call, 1) + 1;
		long turns = 0;

		while (atomic_load(&echo) != number)
			turns++;
		if (turns <= QUICK)
			return;
	}
}

static void duplicate_meanwhile(void)
{
	unsigned int seed = 1;
	int fd = -1;

	for (int burst = 1;; burst++) {
		while (atomic_load(may_begin) < burst)
			;
		wait_until_both_run();
		atomic_store(&go, burst);
		if (burst % 2) {
			/* Of any order of magnitude: a look takes a microsecond or, emulated, a thousand. */
			long delay = rand_r(&seed) % (1 << rand_r(&seed) % LONGEST);

			for (long i = 0; i < delay; i++)
				atomic_load(&set);
			/* Nothing is quicker, so that it begins and ends while the other is being looked at. */
			fd = dup(0);
			if (fd < 0)
				err(1, "dup");
		} else {
			while (atomic_load(&set) < burst)
				;
			close(fd);
		}
	}
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 4)
		errx(1, "lowering COUNT HIGHEST LOW");
	may_begin = mmap(NULL, sizeof(*may_begin), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
	if (may_begin == MAP_FAILED)
		err(1, "mmap");
	if (dup2(0, atoi(argv[2])) < 0)
		err(1, "dup2");
	/* One of so high a number is not counted here. */
	open_until(atoi(argv[1]) - (atoi(argv[2]) >= TABLE));
	if (pthread_create(&thread, NULL, set_limit, (void *)atol(argv[3])))
		errx(1, "pthread_create");
	tell("ready\n");
	duplicate_meanwhile();
}
