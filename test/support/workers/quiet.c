/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quiet BURSTS ROUNDS COUNT HIGHEST
 *
 * Has COUNT descriptors open, one of them of the number HIGHEST, so that its table is large. At a line,
 * two threads open and close one each at once, ROUNDS times, and may keep their last;
 * then the process makes no system call for QUIET_MS. And so on, BURSTS times. Then it tells
 * a line "TIME COUNT" for each burst, the time in milliseconds since 1970 at the end of
 * its silence, and "0".
 */
#include "worker.h"
#include <stdatomic.h>
#include <time.h>

#define THREADS 2
#define QUIET_MS 10
#define MOST_BURSTS 1000

static int bursts, rounds, base;
static atomic_int arrived, left;
static atomic_int kept;
static struct {
	double time;
	int count;
} told[MOST_BURSTS];

/* By the vDSO: no system call. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Until both are there, without a system call. */
static void meet(atomic_int *there, int meeting)
{
	atomic_fetch_add(there, 1);
	while (atomic_load(there) < THREADS * (meeting + 1))
		;
}

static void *make_bursts(void *number)
{
	unsigned int seed = (intptr_t)number + 1;
	int fd = -1;

	for (int burst = 0; burst < bursts; burst++) {
		meet(&arrived, burst);
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
		meet(&left, burst);
		if (!number) {
			double end = now() + QUIET_MS;

			while (now() < end)
				;
			told[burst].time = end;
			told[burst].count = base + atomic_load(&kept);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	bursts = argc == 5 ? atoi(argv[1]) : 0;
	if (bursts < 1 || bursts > MOST_BURSTS)
		errx(1, "quiet BURSTS ROUNDS COUNT HIGHEST");
	rounds = atoi(argv[2]);
	base = atoi(argv[3]);
	if (dup2(0, atoi(argv[4])) < 0)
		err(1, "dup2");
	/* The highest is counted by nobody else here. */
	open_until(base - (atoi(argv[4]) >= TABLE));
	tell("ready\n");
	listen_to();
	if (pthread_create(&thread, NULL, make_bursts, (void *)1))
		errx(1, "pthread_create");
	make_bursts(NULL);
	pthread_join(thread, NULL);
	for (int burst = 0; burst < bursts; burst++)
		tell("%.3f %d\n", told[burst].time, told[burst].count);
	tell("0\n");
	listen_to();
}
