// SPDX-License-Identifier: GPL-2.0-only
/*
 * Short processes, one after the other: comers PROGRAM
 *
 *   RATE SECONDS   runs it so often in a second, for so long -> how many, and the µs of processor time that they took
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* µs of the children that have been waited for. */
static long taken(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

static void sleep_until(long long time)
{
	struct timespec until = { .tv_sec = time / 1000000000, .tv_nsec = time % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

int main(int argc, char **argv)
{
	char line[64];
	long rate, seconds;

	if (argc != 2)
		errx(1, "which program?");
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		long long start = now();
		long before = taken(), count = 0;
		char *const command[] = { argv[1], NULL };

		if (sscanf(line, "%ld %ld", &rate, &seconds) != 2 || rate < 1)
			errx(1, "what?");
		/* Who is late does not make up for it: a busy machine has fewer, which is told. */
		while (now() < start + seconds * 1000000000LL) {
			long long next = now() + 1000000000LL / rate;
			pid_t child;

			errno = posix_spawn(&child, argv[1], NULL, NULL, command, environ);
			if (errno)
				err(1, "%s", argv[1]);
			count++;
			while (waitpid(-1, NULL, WNOHANG) > 0)
				;
			sleep_until(next);
		}
		while (wait(NULL) > 0)
			;
		printf("%ld %ld\n", count, taken() - before);
	}
	return 0;
}
