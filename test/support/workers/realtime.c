/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * realtime SOFT HARD
 *
 * Has these limits of real time, in microseconds, becomes a real-time process, says "ready" and obeys:
 *   run MS           works so long without a pause
 *   work             works without a pause until there is another line
 *   limit SOFT       sets its soft limit
 * and answers each with nothing. The time begins anew with each command: it has slept before, also if the next one was
 * there at once.
 */
#include "worker.h"
#include <time.h>

static uint64_t cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void limit(rlim_t soft, rlim_t hard)
{
	struct rlimit limits = { .rlim_cur = soft, .rlim_max = hard };

	if (setrlimit(RLIMIT_RTTIME, &limits))
		err(1, "setrlimit");
}

int main(int argc, char **argv)
{
	struct sched_param priority = { .sched_priority = 1 };
	struct timespec pause = { .tv_nsec = 1000000 };
	rlim_t hard = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	limit(argc == 3 ? strtoul(argv[1], NULL, 10) : 0, hard);
	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		err(1, "sched_setscheduler");
	tell("ready\n");
	for (;;) {
		char *line = listen_to();

		if (!strncmp(line, "run ", 4)) {
			uint64_t end = cpu_time() + number_in(line) * 1000000ULL;

			while (cpu_time() < end)
				;
		} else if (!strcmp(line, "work")) {
			struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

			while (!poll(&input, 1, 0))
				;
		} else if (!strncmp(line, "limit ", 6)) {
			limit(number_in(line), hard);
		} else {
			errx(1, "what is \"%s\"?", line);
		}
		tell("\n");
		nanosleep(&pause, NULL);
	}
}
