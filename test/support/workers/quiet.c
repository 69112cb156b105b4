/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quiet ROUNDS COUNT HIGHEST
 *
 * Has COUNT descriptors open, one of them of the number HIGHEST, so that its table is large.
 * Descriptor 3 is a file of three numbers: which burst may begin, which is done, and the
 * count after it. In a burst two threads open and close one descriptor each at once,
 * ROUNDS times, and may keep their last. Between bursts the process makes no system call.
 */
#include "worker.h"
#include <stdatomic.h>
#include <sys/mman.h>

#define THREADS 2

static struct {
	atomic_int may_begin;
	atomic_int done;
	atomic_int count;
} *shared;

static int rounds, base;
static atomic_int kept, arrived;

static void *make_bursts(void *number)
{
	unsigned int seed = (intptr_t)number + 1;
	int fd = -1;

	for (int burst = 1;; burst++) {
		while (atomic_load(&shared->may_begin) < burst)
			;
		if (fd >= 0) {
			close(fd);
			atomic_fetch_sub(&kept, 1);
		}
		for (int i = 0; i < rounds; i++) {
			fd = open_one();
			if (i < rounds - 1)
				close(fd);
		}
		if (rand_r(&seed) % 2) {
			atomic_fetch_add(&kept, 1);
		} else {
			close(fd);
			fd = -1;
		}
		if (atomic_fetch_add(&arrived, 1) + 1 == THREADS * burst) {
			atomic_store(&shared->count, base + atomic_load(&kept));
			atomic_store(&shared->done, burst);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 4)
		errx(1, "quiet ROUNDS COUNT HIGHEST");
	rounds = atoi(argv[1]);
	base = atoi(argv[2]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	if (dup2(0, atoi(argv[3])) < 0)
		err(1, "dup2");
	/* One of so high a number is not counted here. */
	open_until(base - (atoi(argv[3]) >= TABLE));
	if (pthread_create(&thread, NULL, make_bursts, (void *)1))
		errx(1, "pthread_create");
	tell("ready\n");
	make_bursts(NULL);
}
