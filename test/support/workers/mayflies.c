/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mayflies CHILDREN MICROSECONDS SEED
 *
 * At a line, makes CHILDREN children one after the other, of which each ends by itself
 * within so many microseconds and is reaped at once. Tells each one's pid at its birth,
 * and 0 when all have ended.
 */
#include "worker.h"
#include <time.h>

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

int main(int argc, char **argv)
{
	int children = argc == 4 ? atoi(argv[1]) : 0;

	long most;

	if (!children)
		errx(1, "mayflies CHILDREN MICROSECONDS SEED");
	most = atol(argv[2]) * 1000;
	srandom(atoi(argv[3]));
	tell("ready\n");
	listen_to();
	for (int i = 0; i < children; i++) {
		uint64_t end = now() + random() % most;
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			while (now() < end)
				;
			_exit(0);
		}
		tell("%d\n", pid);
		waitpid(pid, NULL, 0);
	}
	tell("0\n");
	listen_to();
}
