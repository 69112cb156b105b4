/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crowd PAUSE_US PRIORITY
 *
 * Keeps a processor busy with system calls until its standard input ends: with a pause after each
 * few calls, or with 0 without any; as SCHED_FIFO of a priority, or with 0 as everybody else.
 */
#include "worker.h"
#include <time.h>

#define CALLS 4

int main(int argc, char **argv)
{
	struct timespec pause = { .tv_nsec = argc == 3 ? atol(argv[1]) * 1000 : 0 };
	struct sched_param priority = { .sched_priority = argc == 3 ? atoi(argv[2]) : 0 };
	struct pollfd input = { .fd = 0, .events = POLLIN };

	if (argc != 3)
		errx(1, "crowd PAUSE_US PRIORITY");
	if (priority.sched_priority && sched_setscheduler(0, SCHED_FIFO, &priority))
		err(1, "sched_setscheduler");
	tell("ready\n");
	while (!poll(&input, 1, 0)) {
		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		if (pause.tv_nsec)
			nanosleep(&pause, NULL);
	}
}
