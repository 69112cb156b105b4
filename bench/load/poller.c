// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done today: asks every so often how many descriptors each process has, and tells when one has
 * reached the level or fallen below it: poller MILLISECONDS LEVEL PID...
 *
 * Prints "PID up|down TIME", ns of CLOCK_MONOTONIC. It is as cheap as a poller can be: no program is started,
 * and from Linux 6.2 on the count is the size of the folder.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static long open_files(const char *pid)
{
	char path[64];
	struct stat status;
	long count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	if (!stat(path, &status) && status.st_size > 0)
		return status.st_size;
	folder = opendir(path);
	if (!folder)
		return -1;
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

int main(int argc, char **argv)
{
	long interval = argc > 3 ? atol(argv[1]) : 0, level = argc > 3 ? atol(argv[2]) : 0;
	char *is_above = calloc(argc, 1);
	struct timespec next;

	if (interval <= 0 || !is_above) {
		fprintf(stderr, "usage: poller MILLISECONDS LEVEL PID...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (;;) {
		for (int i = 3; i < argc; i++) {
			long count = open_files(argv[i]);
			struct timespec time;

			if (count < 0 || is_above[i] == (count >= level))
				continue;
			is_above[i] = count >= level;
			clock_gettime(CLOCK_MONOTONIC, &time);
			printf("%s %s %lld\n", argv[i], is_above[i] ? "up" : "down",
			       time.tv_sec * 1000000000LL + time.tv_nsec);
		}
		next.tv_nsec += interval % 1000 * 1000000;
		next.tv_sec += interval / 1000 + next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}
